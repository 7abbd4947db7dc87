//! The exit code of a command.

use gradus_operator::modes::cluster::DeadPart;
use gradus_operator::modes::cluster::once::ReadError;

/// What went wrong, if anything. The most severe decides the exit code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Exit {
    /// A document or an argument is invalid. What could be printed was printed.
    pub(crate) bad_input: bool,
    /// Something could not be evaluated.
    pub(crate) not_evaluated: bool,
    /// A gate failed.
    pub(crate) gate_failed: bool,
}

impl Exit {
    /// The exit of a command that failed. A cluster that cannot be read is not bad input, nor is an operator that broke.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        let not_evaluated = error.is::<ReadError>() || error.is::<DeadPart>();
        Self {
            bad_input: !not_evaluated,
            not_evaluated,
            gate_failed: false,
        }
    }

    /// 2 bad input or usage, else 3 not evaluated, else 1 a gate failed, else 0.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self {
                bad_input: true, ..
            } => 2,
            Self {
                not_evaluated: true,
                ..
            } => 3,
            Self {
                gate_failed: true, ..
            } => 1,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn most_severe_failure_decides_the_exit_code() {
        let all = Exit {
            bad_input: true,
            not_evaluated: true,
            gate_failed: true,
        };
        assert_eq!(all.code(), 2);
        assert_eq!(
            Exit {
                bad_input: false,
                ..all
            }
            .code(),
            3
        );
        let gate = Exit {
            gate_failed: true,
            ..Exit::default()
        };
        assert_eq!(gate.code(), 1);
        assert_eq!(Exit::default().code(), 0);
    }
}
