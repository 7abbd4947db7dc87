//! A page of the book, as the steps of a reader who follows it.

/// What a reader does with a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Runs a command of a `console` block.
    Run(String),
    /// Writes a YAML block under the name that stands before it.
    Write {
        /// The file's path from where the reader is.
        file: String,
        /// What is in it.
        text: String,
    },
}

/// The steps of a page, in order.
pub fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    let mut file = None;
    while let Some(line) = lines.next() {
        let line = line.trim();
        if let Some(named) = line
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix("`:"))
        {
            file = Some(named.to_owned());
        } else if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines
                .by_ref()
                .take_while(|line| line.trim() != "```")
                .collect();
            match (language, file.take()) {
                ("console", _) => steps.extend(commands(&block).into_iter().map(Step::Run)),
                ("yaml", Some(file)) => steps.push(Step::Write {
                    file,
                    text: block.join("\n") + "\n",
                }),
                _ => {}
            }
        } else if !line.is_empty() {
            file = None;
        }
    }
    steps
}

/// The commands of a `console` block, continuation lines joined.
fn commands(block: &[&str]) -> Vec<String> {
    let joined = block
        .iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join("\n")
        .replace("\\\n", " ");
    joined
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .map(str::to_owned)
        .collect()
}
