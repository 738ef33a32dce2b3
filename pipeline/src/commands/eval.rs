//! `deklaro eval` scores the detector against labelled pages or links.

use super::inspect::country_of;
use crate::cli::{EvalFileArgs, EvalWhat};
use anyhow::Context;
use deklaro_console::{BadFile, BadLine, Exit, output};
use deklaro_detect::Glossary;
use deklaro_detect::eval::{
    LinkCase, LinkPrediction, LinkReport, PageCase, PagePrediction, PageReport, judge_links, judge_page,
};
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// `deklaro eval`
pub(crate) fn eval(what: &EvalWhat) -> anyhow::Result<Exit> {
    match what {
        EvalWhat::Pages(list) => pages(list),
        EvalWhat::Links { list, text_only } => links(list, *text_only),
    }
}

fn pages(list: &EvalFileArgs) -> anyhow::Result<Exit> {
    let cases: Vec<PageCase> = lines(&list.file, "a page with `id`, `label` and `html` or `file`")?;
    let own = list.terms.own()?;
    let glossary = own.as_ref().unwrap_or_else(|| Glossary::builtin());
    let judged: Vec<PagePrediction> = cases
        .par_iter()
        .enumerate()
        .map(|(index, case)| {
            let bytes = body(&list.file, index + 1, case)?;
            Ok(judge_page(case, &bytes, glossary, &country_of))
        })
        .collect::<anyhow::Result<_>>()?;
    let report = PageReport::of(cases.iter().zip(&judged));
    finish(list, &judged, &report, || page_text(&report))
}

fn links(list: &EvalFileArgs, text_only: bool) -> anyhow::Result<Exit> {
    let cases: Vec<LinkCase> = lines(&list.file, "a site with `site` and `anchors`")?;
    let own = list.terms.own()?;
    let glossary = own.as_ref().unwrap_or_else(|| Glossary::builtin());
    let judge = |case: &LinkCase| judge_links(case, text_only, glossary, &country_of);
    let judged: Vec<LinkPrediction> = cases.par_iter().map(judge).collect();
    let report = LinkReport::of(&judged);
    finish(list, &judged, &report, || link_text(&report))
}

/// The page in the line, or in the file beside the list that it names.
fn body(list: &Path, line: usize, case: &PageCase) -> anyhow::Result<Vec<u8>> {
    if let Some(html) = &case.html {
        return Ok(html.clone().into_bytes());
    }
    let Some(file) = &case.file else {
        return Err(bad_line(list, line, format!("`{}` has no page", case.id), "`html` or `file`").into());
    };
    let path = list.parent().unwrap_or(Path::new("")).join(file);
    Ok(std::fs::read(&path).map_err(|source| BadFile { path, source })?)
}

fn lines<T: DeserializeOwned>(file: &Path, expected: &'static str) -> anyhow::Result<Vec<T>> {
    let text = std::fs::read_to_string(file).map_err(|source| BadFile { path: file.to_owned(), source })?;
    let rows = text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty());
    let read = rows.map(|(index, row)| {
        serde_json::from_str(row)
            .map_err(|error| bad_line(file, index + 1, error.to_string(), expected).into())
    });
    read.collect()
}

fn bad_line(file: &Path, line: usize, problem: String, expected: &'static str) -> BadLine {
    BadLine { file: file.display().to_string(), line, problem, expected }
}

/// Writes what was said about each line, then prints the score.
fn finish<P: Serialize, R: Serialize>(
    list: &EvalFileArgs,
    judged: &[P],
    report: &R,
    text: impl FnOnce() -> String,
) -> anyhow::Result<Exit> {
    if let Some(path) = &list.out {
        let rows: Vec<String> = judged.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        let all = rows.iter().map(|row| format!("{row}\n")).collect::<String>();
        std::fs::write(path, all).with_context(|| format!("writing `{}`", path.display()))?;
    }
    if list.output.json {
        output::json(report)?;
    } else {
        output::text(&text())?;
    }
    Ok(Exit::Done)
}

fn page_text(report: &PageReport) -> String {
    let mut text = format!("{} pages\n", report.n);
    let f1 = report.f1.map_or_else(|| "–".to_owned(), |f1| format!("{f1:.3}"));
    text += &format!(
        "  precision          {}\n  recall             {}\n  f1                 {f1}\n",
        report.precision, report.recall
    );
    for (name, share) in [
        ("conformance", report.conformance_accuracy),
        ("no conformance", report.conformance_none_accuracy),
        ("prepared", report.prepared_accuracy),
        ("reviewed", report.reviewed_accuracy),
        ("method", report.method_accuracy),
        ("contact", report.contact_accuracy),
        ("statement link", report.link_accuracy),
        ("no link claimed", report.quiet_accuracy),
        ("kept doubtful", report.doubt_accuracy),
        ("language", report.language_accuracy),
    ] {
        text += &format!("  {name:<18} {share}\n");
    }
    for (label, called) in &report.confusion {
        let called: Vec<String> = called.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        text += &format!("  {label} → {}\n", called.join(", "));
    }
    for (language, group) in &report.by_language {
        text += &format!("  {language:<5} {} right, recall {}\n", group.accuracy, group.recall);
    }
    for error in &report.errors {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        text += &format!(
            "  wrong: {} {}: {}, expected {}\n",
            error.id,
            error.what,
            or_none(&error.found),
            or_none(&error.expected)
        );
    }
    text
}

fn link_text(report: &LinkReport) -> String {
    let all = &report.all;
    let mut text = format!(
        "{} sites\n  first choice official   {}\n    where there is a choice {}\n  false claims            {}\n",
        report.n, all.top1, all.top1_with_choice, all.false_claims
    );
    for (language, score) in &report.by_language {
        text += &format!("  {language:<5} {}; false claims {}\n", score.top1, score.false_claims);
    }
    for (what, errors) in
        [("wrong choice", &report.errors.wrong_choice), ("false claim", &report.errors.false_claim)]
    {
        for error in errors {
            text += &format!("  {what}: {} {:?} {:?}\n", error.site, error.text, error.href);
        }
    }
    text
}
