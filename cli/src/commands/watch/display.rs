//! A live table on a terminal, lines elsewhere.

use std::io::{self, Write};
use std::path::Path;

use gradus_operator::scoring::Published;

use super::lines;
use super::news::{News, Newsreel};
use super::screen::{self, Screen};
use crate::output::text::{Line, Tone};
use crate::stdio::{Medium, Stdio};

/// Shows what is published.
pub(super) struct Display<'a> {
    stdio: Stdio<'a>,
    folder: String,
    url: String,
    reel: Newsreel,
    screen: Option<Screen>,
}

impl<'a> Display<'a> {
    /// Writes where the page is; on a terminal, enters the alternate screen.
    pub(super) fn begin(folder: &Path, url: String, stdio: Stdio<'a>) -> io::Result<Self> {
        let folder = folder.display().to_string();
        let screen = if stdio.on_out.is_terminal {
            let mut screen = Screen::open(stdio.out)?;
            let waiting = [
                screen::title(&folder, &url),
                Line::of(Tone::Quiet, "reading…"),
            ];
            screen.draw(&waiting, stdio.out, stdio.on_out)?;
            Some(screen)
        } else {
            writeln!(stdio.out, "watching {folder}, page and metrics at {url}")?;
            None
        };
        stdio.out.flush()?;
        Ok(Self {
            stdio,
            folder,
            url,
            reel: Newsreel::default(),
            screen,
        })
    }

    /// Shows the present state on a terminal, and only what is new elsewhere.
    pub(super) fn show(&mut self, published: &Published) -> io::Result<()> {
        let news = self.reel.take(published);
        match &mut self.screen {
            None => write_news(&news, self.stdio.out)?,
            Some(screen) => {
                // The terminal may have been resized.
                let medium = Medium::of(&io::stdout());
                let title = screen::title(&self.folder, &self.url);
                let frame = screen::frame(title, published, self.reel.latest(), medium);
                screen.draw(&frame, self.stdio.out, medium)?;
            }
        }
        self.stdio.out.flush()
    }

    /// Leaves the alternate screen, and keeps the last frame.
    pub(super) fn end(&mut self) -> io::Result<()> {
        if let Some(screen) = &mut self.screen {
            screen.close(self.stdio.out, Medium::of(&io::stdout()))?;
        }
        self.stdio.out.flush()
    }
}

fn write_news(news: &[News], out: &mut dyn Write) -> io::Result<()> {
    news.iter()
        .try_for_each(|news| writeln!(out, "{}", lines::line(news)))
}
