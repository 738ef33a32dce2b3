//! Which traces' plain log lines are written.

use opentelemetry::TraceId;

/// Which traces' plain log lines are written: the same answer in every process that sees the trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sample(u64);

impl Sample {
    /// This share of the traces, 0 to 1.
    pub(super) fn new(share: f64) -> Self {
        // 2^63 values, as OpenTelemetry's TraceIdRatioBased sampler has them.
        Self((share.clamp(0.0, 1.0) * (1_u64 << 63) as f64) as u64)
    }

    /// True where all of them are written.
    pub(super) fn is_all(self) -> bool {
        self.0 >= 1 << 63
    }

    /// True where this trace's lines are written.
    pub(super) fn takes(self, trace: TraceId) -> bool {
        (u128::from_be_bytes(trace.to_bytes()) as u64) >> 1 < self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_kept_and_the_answer_is_always_the_same() {
        let traces = || {
            (0..10_000_u128)
                .map(|n| TraceId::from((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)))
        };
        for share in [0.0, 0.1, 0.5, 1.0] {
            let sample = Sample::new(share);
            let taken = traces().filter(|trace| sample.takes(*trace)).count();
            assert!((taken as f64 - share * 1e4).abs() < 200.0, "{share}: {taken}");
            assert_eq!(taken, traces().filter(|trace| Sample::new(share).takes(*trace)).count());
        }
        assert!(Sample::new(1.0).is_all() && !Sample::new(0.99).is_all());
    }
}
