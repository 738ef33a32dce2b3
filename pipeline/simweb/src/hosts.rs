//! The list of invented bodies: countries and habits come round by weight.

use std::collections::HashMap;

use crate::Habit;
use crate::body::{SimHost, body};
use crate::country::Country;
use crate::registers::Register;

/// Names drawn at most in search of one habit; the rarest needs about 200.
const MOST_DRAWS: usize = 4000;

/// The names of one country: those drawn and not yet used, by habit.
struct Names {
    country: &'static Country,
    next: usize,
    spare: HashMap<Habit, Vec<SimHost>>,
}

impl Names {
    /// Next unused body of `country` with `habit`, or just the next one if none turns up.
    fn take(&mut self, seed: u64, habit: Habit) -> SimHost {
        if let Some(found) =
            self.spare.get_mut(&habit).and_then(|list| (!list.is_empty()).then(|| list.remove(0)))
        {
            return found;
        }
        for _ in 0..MOST_DRAWS {
            let host = body(seed, &self.country.invented_host(self.next));
            self.next += 1;
            if host.habit == habit {
                return host;
            }
            self.spare.entry(host.habit).or_default().push(host);
        }
        self.next += 1;
        body(seed, &self.country.invented_host(self.next - 1))
    }
}

/// A smooth weighted round: every choice goes to the one that waited longest for its weight.
struct Round {
    waiting: Vec<i64>,
    weights: Vec<i64>,
}

impl Round {
    fn new(weights: impl Iterator<Item = u32>) -> Round {
        let weights: Vec<i64> = weights.map(i64::from).collect();
        Round { waiting: vec![0; weights.len()], weights }
    }

    /// Index of the next choice among those that `may` allows.
    fn next(&mut self, may: impl Fn(usize) -> bool) -> usize {
        for (waiting, weight) in self.waiting.iter_mut().zip(&self.weights) {
            *waiting += weight;
        }
        // The first of equals, so that the order does not hang on how a maximum is found.
        let best = (0..self.waiting.len())
            .filter(|index| may(*index))
            .rev()
            .max_by_key(|index| self.waiting[*index]);
        let best = best.unwrap_or_default();
        self.waiting[best] -= self.weights.iter().sum::<i64>();
        best
    }
}

/// The first `n` invented bodies of the Europe of `seed`.
pub(crate) fn invented(seed: u64, n: usize) -> Vec<SimHost> {
    let countries = Country::all();
    let mut names: Vec<Names> =
        countries.iter().map(|country| Names { country, next: 0, spare: HashMap::new() }).collect();
    let mut by_country = Round::new(countries.iter().map(|country| country.weight));
    let mut by_habit = Round::new(Habit::ALL.iter().map(|habit| habit.weight()));
    (0..n)
        .map(|_| {
            let country = by_country.next(|index| countries[index].weight > 0);
            let habit = by_habit.next(|index| is_possible(Habit::ALL[index], countries[country].code));
            names[country].take(seed, Habit::ALL[habit])
        })
        .collect()
}

/// Whether bodies of `country` can have `habit`.
fn is_possible(habit: Habit, country: &str) -> bool {
    match habit {
        Habit::CentralRegister => Register::for_country(country).is_some(),
        Habit::FrenchStatusLabel => matches!(country, "FR" | "LU"),
        _ => true,
    }
}
