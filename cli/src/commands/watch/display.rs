//! A live table on a terminal, lines elsewhere.

use std::io::{self, Write};
use std::path::Path;

use gradus_operator::modes::folder::Published;

use super::lines;
use super::news::{News, Newsreel};
use super::screen::{self, Screen};
use crate::edge::{Edge, Medium};
use crate::output::text::{Line, Tone};

/// Shows what is published.
pub(super) struct Display<'a> {
    edge: Edge<'a>,
    folder: String,
    url: String,
    reel: Newsreel,
    screen: Option<Screen>,
}

impl<'a> Display<'a> {
    /// Says where the page is, and takes the terminal over where there is one.
    pub(super) fn begin(folder: &Path, url: String, edge: Edge<'a>) -> io::Result<Self> {
        let folder = folder.display().to_string();
        let screen = if edge.on_out.is_terminal {
            let mut screen = Screen::open(edge.out)?;
            let waiting = [
                screen::title(&folder, &url),
                Line::of(Tone::Quiet, "reading…"),
            ];
            screen.draw(&waiting, edge.out, edge.on_out)?;
            Some(screen)
        } else {
            writeln!(edge.out, "watching {folder}, page and metrics at {url}")?;
            None
        };
        edge.out.flush()?;
        Ok(Self {
            edge,
            folder,
            url,
            reel: Newsreel::default(),
            screen,
        })
    }

    /// Shows the present state, or what is new about it.
    pub(super) fn show(&mut self, published: &Published) -> io::Result<()> {
        let news = self.reel.take(published);
        match &mut self.screen {
            None => write_news(&news, self.edge.out)?,
            Some(screen) => {
                // The window may have another size by now.
                let medium = Medium::of(&io::stdout());
                let title = screen::title(&self.folder, &self.url);
                let frame = screen::frame(title, published, self.reel.latest(), medium);
                screen.draw(&frame, self.edge.out, medium)?;
            }
        }
        self.edge.out.flush()
    }

    /// Gives the terminal back, with what was shown last.
    pub(super) fn end(&mut self) -> io::Result<()> {
        if let Some(screen) = &mut self.screen {
            screen.close(self.edge.out, Medium::of(&io::stdout()))?;
        }
        self.edge.out.flush()
    }
}

fn write_news(news: &[News], out: &mut dyn Write) -> io::Result<()> {
    news.iter()
        .try_for_each(|news| writeln!(out, "{}", lines::line(news)))
}
