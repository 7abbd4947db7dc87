// Keeps the page live: when the server says that there is something new, fetches the page again
// and swaps its <main>. Without this script the page is the same, and reloads itself now and then.
"use strict";

(() => {
  const state = document.getElementById("state");
  const announcer = document.getElementById("announcer");
  let fetching = false;
  let wanted = null;

  const shown = () => document.getElementById("main").dataset.version;

  const say = (word, kind) => {
    state.hidden = false;
    state.textContent = word;
    state.dataset.kind = kind;
  };

  const swap = (text) => {
    const next = new DOMParser().parseFromString(text, "text/html");
    const main = next.getElementById("main");
    if (!main) return;
    const old = document.getElementById("main");
    const focused = document.activeElement;
    const place = focused && old.contains(focused) ? focusOf(focused) : null;
    const toggled = [...old.querySelectorAll("details[id]")].map((details) => [details.id, details.open]);
    const before = old.dataset.announce;

    document.title = next.title;
    old.replaceWith(document.importNode(main, true));

    for (const [id, open] of toggled) {
      const details = document.getElementById(id);
      if (details) details.open = open;
    }
    if (place) refocus(place);
    const now = document.getElementById("main").dataset.announce;
    if (now && now !== before) announcer.textContent = now;
  };

  // What had the focus, by its id, or by its address and its place among those of the same address.
  const focusOf = (element) => {
    if (element.id) return { id: element.id };
    const owner = element.closest("[id]");
    const selector = element.tagName.toLowerCase() + (element.hasAttribute("href") ? `[href="${CSS.escape(element.getAttribute("href"))}"]` : "");
    const all = [...owner.querySelectorAll(selector)];
    return { owner: owner.id, selector, index: all.indexOf(element) };
  };

  // When it is gone, the focus stays on the page's content, not at its very beginning.
  const refocus = (place) => {
    const owner = document.getElementById(place.id || place.owner);
    const element = place.id ? owner : owner && owner.querySelectorAll(place.selector)[place.index];
    (element || document.getElementById("main")).focus({ preventScroll: true });
  };

  const refresh = async () => {
    if (fetching || wanted === null || wanted === shown()) return;
    fetching = true;
    const version = wanted;
    try {
      const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
      if (answer.ok || answer.status === 404) swap(await answer.text());
    } catch {
      wanted = null; // The event stream notices too, and asks again when it is back.
    }
    fetching = false;
    if (wanted !== null && wanted !== version) refresh();
  };

  const events = new EventSource("/events");
  events.addEventListener("open", () => say("Live", "live"));
  events.addEventListener("error", () => say("Reconnecting", "away"));
  events.addEventListener("version", (event) => {
    wanted = event.data;
    refresh();
  });
})();
