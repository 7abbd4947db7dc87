//! A server in this very process: it is sent JSON, and answers JSON.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::Result;
use serde_json::Value;

/// Answers on a free port for as long as this process lives, one question after the other. Returns its URL.
///
/// # Errors
///
/// When there is no free port.
pub fn start(answer: impl Fn(Value) -> Result<Value> + Send + 'static) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/", listener.local_addr()?);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A broken question is asked again.
            let _ = reply(&stream, &answer);
        }
    });
    Ok(url)
}

fn reply(mut stream: &TcpStream, answer: impl Fn(Value) -> Result<Value>) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut question = vec![0; length];
    reader.read_exact(&mut question)?;
    let body = answer(serde_json::from_slice(&question)?)?.to_string();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )?;
    Ok(())
}
