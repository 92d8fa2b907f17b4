// Keeps what is on the page up to date. Without it the page is reloaded by hand.
'use strict';
(() => {
  const live = document.getElementById('live');
  const state = document.getElementById('live-state');
  const announce = document.getElementById('announce');
  const asOf = document.getElementById('as-of');
  if (!live || !state || !window.EventSource) return;

  const spoken = () => (live.querySelector('[data-announce]')?.textContent ?? '').replace(/\s+/g, ' ').trim();
  const say = text => { state.textContent = ' · ' + text; };
  let waiting = null;

  // What somebody types or has open must not be taken away under their hands.
  const busy = () => live.contains(document.activeElement) && document.activeElement.matches('input, select, textarea');
  const show = html => {
    if (busy()) { waiting = html; return; }
    waiting = null;
    const open = [...live.querySelectorAll('details[open][id]')].map(one => one.id);
    const focused = live.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && [focused.id, focused.getAttribute('href'), focused.tagName, focused.getAttribute('aria-labelledby')];
    const before = spoken();
    const scrolled = [...live.querySelectorAll('.scroll')].map(one => one.scrollLeft);
    live.innerHTML = html;
    open.forEach(id => document.getElementById(id)?.setAttribute('open', ''));
    live.querySelectorAll('.scroll').forEach((one, i) => { one.scrollLeft = scrolled[i] ?? 0; });
    if (place) {
      const [id, href, tag, label] = place;
      const again = (id && document.getElementById(id))
          || [...live.querySelectorAll(tag)].find(one => href ? one.getAttribute('href') === href : label && one.getAttribute('aria-labelledby') === label);
      (again || document.getElementById('main')).focus({ preventScroll: true });
    }
    const after = spoken();
    if (after !== before) announce.textContent = after;
  };
  // By the hub's clock, which comes as the event's id.
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const known = at => {
    const day = new Date(at);
    if (Number.isNaN(day.getTime())) return;
    const time = document.createElement('time');
    time.dateTime = at;
    time.textContent = `${day.getUTCDate()} ${months[day.getUTCMonth()]} ${day.getUTCFullYear()} ${at.slice(11, 19)} UTC`;
    asOf.replaceChildren(time);
  };
  live.addEventListener('focusout', () => setTimeout(() => { if (waiting !== null) show(waiting); }, 0));

  let stream = null;
  const close = () => { stream?.close(); stream = null; };
  const open = () => {
    if (stream) return;
    stream = new EventSource('/live?page=' + encodeURIComponent(location.pathname + location.search));
    stream.onopen = () => say('kept up to date');
    stream.onerror = () => say(stream && stream.readyState === EventSource.CLOSED
      ? 'not kept up to date: reload to see what is new' : 'the hub is not heard; what is shown may be old');
    stream.addEventListener('page', event => { show(event.data); known(event.lastEventId); });
    stream.addEventListener('same', event => known(event.lastEventId));
    stream.addEventListener('over', () => { close(); location.reload(); });
  };
  // A page that nobody looks at holds no connection.
  const look = () => document.hidden ? close() : open();
  document.addEventListener('visibilitychange', look);
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', look);
  look();
})();
