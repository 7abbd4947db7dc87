//! Which answers a graded question takes, and the points of each.

use std::fmt;

use crate::model::{Model, Scale, Test};
use crate::predicate::Value;

/// A question that is answered by one fact.
#[derive(Debug, Clone, Copy)]
pub enum Question<'a> {
    /// An answer on a scale.
    Scale(&'a Scale),
    /// A whole number that is itself the points.
    Grade {
        /// The lowest.
        min: i64,
        /// The highest.
        max: i64,
    },
}

impl<'a> Question<'a> {
    /// The question of a test with the fact that answers it; none where a test asks otherwise.
    pub fn of(test: &'a Test, model: &'a Model) -> Option<(&'a str, Self)> {
        match test {
            Test::Choice { fact, scale } => {
                let mut scales = model.scales.iter();
                let scale = scales.find(|known| known.name == *scale)?;
                Some((fact, Question::Scale(scale)))
            }
            Test::Grade { fact, min, max } => Some((
                fact,
                Question::Grade {
                    min: *min,
                    max: *max,
                },
            )),
            Test::Exists | Test::Where(_) | Test::Coverage(_) => None,
        }
    }

    /// The points of an answer; none of one that the question does not take.
    pub fn points(&self, answer: Value<'_>) -> Option<i64> {
        match (self, answer) {
            (Question::Scale(scale), Value::Text(text)) => {
                let mut answers = scale.answers.iter();
                answers.find(|known| known.0 == *text).map(|known| known.2)
            }
            (Question::Scale(scale), Value::Integer(number)) => {
                let mut ranges = scale.ranges.iter();
                ranges.find(|range| number <= range.0).map(|range| range.1)
            }
            (Question::Grade { min, max }, Value::Integer(points)) => {
                Some(points).filter(|points| (*min..=*max).contains(points))
            }
            (Question::Grade { .. }, Value::Text(_)) | (_, Value::Boolean(_)) => None,
        }
    }
}

/// The answers that it takes: `1 to 5`, `none, partial or full`, `a whole number up to 100`.
impl fmt::Display for Question<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Question::Grade { min, max } => write!(formatter, "{min} to {max}"),
            Question::Scale(scale) => {
                let texts = scale.answers.iter().map(|known| known.0.to_string());
                let upper = scale.ranges.last().map(|range| range.0);
                let numbers = upper.map(|upper| format!("a whole number up to {upper}"));
                let answers: Vec<String> = texts.chain(numbers).collect();
                match answers.split_last() {
                    Some((last, [])) => formatter.write_str(last),
                    Some((last, others)) => write!(formatter, "{} or {last}", others.join(", ")),
                    None => formatter.write_str("no answer"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Name;

    fn scale(answers: &[&str], ranges: &[(i64, i64)]) -> Scale {
        let answer = |text: &&str| (Name::from(*text), None, 1);
        Scale {
            name: "s".into(),
            answers: answers.iter().map(answer).collect(),
            ranges: ranges.to_vec(),
        }
    }

    #[test]
    fn grade_takes_whole_numbers_of_its_range_only() {
        let grade = Question::Grade { min: 1, max: 5 };
        assert_eq!(grade.to_string(), "1 to 5");
        assert_eq!(grade.points(Value::Integer(5)), Some(5));
        assert_eq!(grade.points(Value::Integer(9)), None);
        assert_eq!(grade.points(Value::Boolean(true)), None);
        assert_eq!(grade.points(Value::Text(&"3".into())), None);
    }

    #[test]
    fn scale_takes_the_answers_that_it_lists() {
        let texts = scale(&["none", "partial", "full"], &[]);
        let question = Question::Scale(&texts);
        assert_eq!(question.to_string(), "none, partial or full");
        assert_eq!(question.points(Value::Text(&"full".into())), Some(1));
        assert_eq!(question.points(Value::Text(&"fully".into())), None);
        let numbers = scale(&[], &[(50, 0), (100, 1)]);
        let question = Question::Scale(&numbers);
        assert_eq!(question.to_string(), "a whole number up to 100");
        assert_eq!(question.points(Value::Integer(51)), Some(1));
        assert_eq!(question.points(Value::Integer(101)), None);
    }
}
