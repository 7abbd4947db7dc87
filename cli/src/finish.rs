//! How a command ends, as an exit code.

use gradus_operator::modes::cluster::once::ReadError;

/// What went wrong, if anything. The gravest decides the exit code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Finish {
    /// Some document or argument is wrong; what could be printed was printed.
    pub(crate) bad_input: bool,
    /// Something could not be evaluated.
    pub(crate) not_evaluated: bool,
    /// A gate that was asked for failed.
    pub(crate) gate_failed: bool,
}

impl Finish {
    /// How a command ends that could not go on: a cluster that cannot be read is nobody's bad input.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        let not_evaluated = error.is::<ReadError>();
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
    use super::Finish;

    #[test]
    fn the_gravest_decides_the_exit_code() {
        let all = Finish {
            bad_input: true,
            not_evaluated: true,
            gate_failed: true,
        };
        assert_eq!(all.code(), 2);
        assert_eq!(
            Finish {
                bad_input: false,
                ..all
            }
            .code(),
            3
        );
        let gate = Finish {
            gate_failed: true,
            ..Finish::default()
        };
        assert_eq!(gate.code(), 1);
        assert_eq!(Finish::default().code(), 0);
    }
}
