//! How the service is, as gauges for `/metrics`.

use super::observed::service;
use crate::vitals::Vitals;
use deklaro_judge::HealthState;
use deklaro_record::RecordedReadiness;
use deklaro_watch::Text;
use std::collections::BTreeSet;

/// How the service is, as gauges: queues, workers, platform state. A worker that is gone is gone from here too.
pub(crate) fn standing(vitals: Option<&Vitals>, is_ready: bool, is_draining: bool) -> String {
    let mut text = Text::default();
    let flag = |is: bool| f64::from(u8::from(is));
    text.put("deklaro_ready", &[("service", service())], flag(is_ready));
    text.put("deklaro_draining", &[("service", service())], flag(is_draining));
    let Some(vitals) = vitals else { return text.end() };
    for state in HealthState::ALL {
        text.put(
            "deklaro_platform_state",
            &[("state", state.as_str())],
            flag(vitals.platform_state == state),
        );
    }
    let causes: BTreeSet<&str> = vitals.causes.iter().map(|cause| cause.name.as_str()).collect();
    for cause in causes {
        text.put("deklaro_platform_cause", &[("cause", cause)], 1.0);
    }
    for queue in &vitals.queues {
        text.put("deklaro_queue_depth", &[("queue", queue.queue)], queue.depth as f64);
    }
    for queue in &vitals.queues {
        text.put("deklaro_queue_oldest_age_seconds", &[("queue", queue.queue)], queue.oldest_age_seconds);
    }
    for worker in &vitals.workers {
        let labels = [("worker", worker.worker.as_str())];
        text.put("deklaro_worker_heartbeat_age_seconds", &labels, worker.heartbeat_age_seconds);
    }
    let alive = vitals.workers.iter().filter(|worker| worker.state != "silent").count();
    text.put("deklaro_workers", &[], alive as f64);
    let missed = vitals.schedule.as_ref().map_or(0, |schedule| schedule.missed);
    text.put("deklaro_missed_schedules", &[], missed as f64);
    let readiness = vitals.readiness.as_ref().map(RecordedReadiness::text).unwrap_or_default();
    text.end() + &readiness
}
