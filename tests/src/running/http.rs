//! A request, as plain as it comes: the tests read what a socket carries, through no client's eyes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A reply.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers, as sent.
    pub headers: String,
    /// The body.
    pub body: String,
}

/// Gets a URL of this machine.
///
/// # Errors
///
/// When nobody answers, or not in HTTP.
pub fn get(url: &str) -> Result<Reply> {
    get_with(url, &[])
}

/// Gets a URL of this machine with more headers.
///
/// # Errors
///
/// When nobody answers, or not in HTTP.
pub fn get_with(url: &str, headers: &[(&str, &str)]) -> Result<Reply> {
    ask("GET", url, headers, "")
}

/// Posts JSON to a URL of this machine.
///
/// # Errors
///
/// When nobody answers, or not in HTTP.
pub fn post(url: &str, body: &str) -> Result<Reply> {
    ask("POST", url, &[], body)
}

fn ask(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Result<Reply> {
    let rest = url.strip_prefix("http://").context("only http")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "{method} /{path} HTTP/1.0\r\nHost: {host}\r\nAccept: */*\r\n"
    )?;
    for (name, value) in headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    if !body.is_empty() {
        let length = body.len();
        write!(
            stream,
            "Content-Type: application/json\r\nContent-Length: {length}\r\n"
        )?;
    }
    write!(stream, "\r\n{body}")?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text)?;
    let text = String::from_utf8(text)?;
    let (headers, body) = text.split_once("\r\n\r\n").context("no end of headers")?;
    let status = headers
        .split_whitespace()
        .nth(1)
        .context("no status")?
        .parse()?;
    Ok(Reply {
        status,
        headers: headers.to_owned(),
        body: body.to_owned(),
    })
}

/// Waits until a URL's body fits, and returns it.
///
/// # Errors
///
/// When it does not within half a minute; the last body is in the error.
pub fn until(url: &str, fits: impl Fn(&str) -> bool) -> Result<String> {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        let reply = get(url)?;
        if fits(&reply.body) {
            return Ok(reply.body);
        }
        if Instant::now() > patience {
            bail!("{url} never fitted; last:\n{}", reply.body);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The value of a series in a Prometheus exposition, by its name and some of its labels.
pub fn series(exposition: &str, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let wanted: Vec<String> = labels
        .iter()
        .map(|(label, value)| format!("{label}=\"{value}\""))
        .collect();
    let line = exposition.lines().find(|line| {
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('{') || rest.starts_with(' '))
            && wanted.iter().all(|label| line.contains(label.as_str()))
    })?;
    line.rsplit_once(' ')?.1.parse().ok()
}
