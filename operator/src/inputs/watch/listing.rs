//! Streams a list object by object, so that memory does not grow with its length.

use std::collections::VecDeque;
use std::pin::Pin;

use futures_util::AsyncBufRead;
use futures_util::io::AsyncBufReadExt;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ListMeta;
use kube::api::ListParams;
use kube::core::Request;
use kube::{Client, Error, Resource};
use memchr::memchr2;
use serde::Deserialize;

use super::failure::Failure;
use super::scope::{WatchScope, resource};
use super::slim_object::SlimObject;

/// A list, or a page of one, that is being read.
pub(super) struct Listing {
    answer: Pin<Box<dyn AsyncBufRead + Send>>,
    splitter: Splitter,
    objects: VecDeque<SlimObject>,
}

/// What a list says of itself.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    metadata: ListMeta,
}

impl Listing {
    /// Asks for a list, or for a page of one.
    pub(super) async fn open(
        client: &Client,
        scope: &WatchScope,
        page: &ListParams,
    ) -> Result<Self, Error> {
        let path = SlimObject::url_path(&resource(scope.kind), scope.namespace.as_deref());
        let request = Request::new(path).list(page).map_err(Error::BuildRequest)?;
        let answer = client.request_stream(request).await?;
        Ok(Self {
            answer: Box::pin(answer),
            splitter: Splitter::default(),
            objects: VecDeque::new(),
        })
    }

    /// The next object; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<SlimObject>, Failure> {
        while self.objects.is_empty() {
            let piece = self.answer.fill_buf().await;
            let piece = piece.map_err(|_| Failure::Broken)?;
            if piece.is_empty() {
                return Ok(None);
            }
            let length = piece.len();
            let objects = &mut self.objects;
            self.splitter.take(piece, |item| {
                objects.push_back(serde_json::from_slice(item)?);
                Ok(())
            })?;
            self.answer.as_mut().consume(length);
        }
        Ok(self.objects.pop_front())
    }

    /// What the list says of itself, once it was read to its end: half a list is no list.
    pub(super) fn finish(self) -> Result<ListMeta, Failure> {
        let head: Head =
            serde_json::from_slice(&self.splitter.head).map_err(|_| Failure::Broken)?;
        Ok(head.metadata)
    }
}

/// Takes the elements of `items` out of a JSON object that comes in pieces.
#[derive(Default)]
struct Splitter {
    depth: usize,
    in_text: bool,
    escaped: bool,
    /// The last text on the first level with the mark that ends it: the name of the field that follows.
    field: Vec<u8>,
    in_items: bool,
    /// Everything but the elements.
    head: Vec<u8>,
    /// The element that is being read.
    item: Vec<u8>,
}

impl Splitter {
    /// Takes a piece in, and tells each element that ends in it.
    fn take(
        &mut self,
        mut piece: &[u8],
        mut tell: impl FnMut(&[u8]) -> serde_json::Result<()>,
    ) -> Result<(), Failure> {
        while !piece.is_empty() {
            let taken = if self.in_text {
                self.text(piece)
            } else {
                self.structure(piece, &mut tell)?
            };
            piece = &piece[taken..];
        }
        Ok(())
    }

    /// Takes in what belongs to a text: how many bytes that were.
    fn text(&mut self, piece: &[u8]) -> usize {
        let end = if std::mem::take(&mut self.escaped) {
            1
        } else if let Some(at) = memchr2(b'"', b'\\', piece) {
            self.in_text = piece[at] != b'"';
            self.escaped = self.in_text;
            at + 1
        } else {
            piece.len()
        };
        self.keep(&piece[..end]);
        if self.depth == 1 {
            self.field.extend_from_slice(&piece[..end]);
        }
        end
    }

    /// Takes in what is between texts, up to the next byte that opens, closes or parts something.
    fn structure(
        &mut self,
        piece: &[u8],
        tell: &mut impl FnMut(&[u8]) -> serde_json::Result<()>,
    ) -> Result<usize, Failure> {
        let is_structure = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b',');
        let Some(at) = piece.iter().position(is_structure) else {
            self.keep(piece);
            return Ok(piece.len());
        };
        self.keep(&piece[..at]);
        let byte = piece[at];
        match byte {
            b'"' => {
                self.in_text = true;
                if self.depth == 1 {
                    self.field.clear();
                }
                self.keep(&[byte]);
            }
            b'{' | b'[' => {
                self.in_items |= self.depth == 1 && byte == b'[' && self.field == b"items\"";
                self.depth += 1;
                self.keep(&[byte]);
            }
            b'}' | b']' => {
                self.keep(&[byte]);
                self.depth = self.depth.checked_sub(1).ok_or(Failure::Broken)?;
                self.in_items &= self.depth > 1;
                if self.in_items && self.depth == 2 {
                    tell(&self.item).map_err(|_| Failure::Broken)?;
                    self.item.clear();
                }
            }
            _ if self.in_items && self.depth == 2 => {}
            _ => self.keep(&[byte]),
        }
        Ok(at + 1)
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.in_items && self.depth > 2 {
            self.item.extend_from_slice(bytes);
        } else {
            self.head.extend_from_slice(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn list() -> Value {
        json!({
            "apiVersion": "gradus.dev/v1alpha1",
            "items": [
                {"metadata": {"name": "a"}, "spec": {"items": [1, [2]], "note": "a \"quoted\" ] } , \\"}},
                {"metadata": {"name": "b"}, "status": {"gaps": []}},
                {},
            ],
            "kind": "CapabilityList",
            "metadata": {"continue": "more", "resourceVersion": "7", "items": ["no item"]},
        })
    }

    fn split(text: &str, length: usize) -> Result<(Vec<Value>, Splitter), Failure> {
        let mut splitter = Splitter::default();
        let mut items = Vec::new();
        for piece in text.as_bytes().chunks(length) {
            splitter.take(piece, |item| {
                items.push(serde_json::from_slice(item)?);
                Ok(())
            })?;
        }
        Ok((items, splitter))
    }

    #[test]
    fn elements_are_found_wherever_the_pieces_are_cut() {
        let compact = list().to_string();
        let spread = serde_json::to_string_pretty(&list()).unwrap();
        for text in [compact, spread] {
            for length in 1..text.len() {
                let (items, splitter) = split(&text, length).unwrap();
                assert_eq!(Value::from(items), list()["items"], "{length}");
                let head: Head = serde_json::from_slice(&splitter.head).unwrap();
                assert_eq!(head.metadata.resource_version.as_deref(), Some("7"));
                assert_eq!(head.metadata.continue_.as_deref(), Some("more"));
            }
        }
    }

    #[test]
    fn half_a_list_has_no_head() {
        let text = list().to_string();
        for length in 0..text.len() {
            let (_, splitter) = split(&text[..length], 16).unwrap();
            assert!(serde_json::from_slice::<Head>(&splitter.head).is_err());
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert!(split("}", 1).is_err());
        assert!(split(r#"{"items":[{"metadata" 1}]}"#, 3).is_err());
        let (items, splitter) = split(r#"{"metadata":{},"items":null}"#, 2).unwrap();
        assert!(items.is_empty());
        assert!(serde_json::from_slice::<Head>(&splitter.head).is_ok());
    }
}
