//! Style, script and icon: in the binary, named by their content, kept by browsers for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use gradus_engine::digest::sha256_hex;

/// One asset: the path it is served at, its media type and its text.
struct Asset {
    file: String,
    media_type: &'static str,
    text: &'static str,
}

/// The assets, by the name they are written under.
static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        asset(
            "gradus",
            "css",
            "text/css; charset=utf-8",
            include_str!("../../../assets/gradus.css"),
        ),
        asset(
            "gradus",
            "js",
            "text/javascript; charset=utf-8",
            include_str!("../../../assets/gradus.js"),
        ),
        asset(
            "gradus",
            "svg",
            "image/svg+xml",
            include_str!("../../../assets/gradus.svg"),
        ),
    ]
});

/// Where each asset is served.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paths {
    pub(super) style: &'static str,
    pub(super) script: &'static str,
    pub(super) icon: &'static str,
}

/// The paths to write into a page, below `/assets/`.
pub(super) fn paths() -> Paths {
    let [style, script, icon] = &*ASSETS;
    Paths {
        style: &style.file,
        script: &script.file,
        icon: &icon.file,
    }
}

/// Serves an asset. Its name changes with its content, so it never does.
pub(super) async fn serve(Path(file): Path<String>) -> Response {
    match ASSETS.iter().find(|asset| asset.file == file) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.media_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.text,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn asset(stem: &str, extension: &str, media_type: &'static str, text: &'static str) -> Asset {
    let digest = sha256_hex([text]);
    let version = digest.get(..12).unwrap_or_default();
    Asset {
        file: format!("{stem}-{version}.{extension}"),
        media_type,
        text,
    }
}
