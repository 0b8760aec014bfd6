
(() => {
  'use strict';
  const by = (id) => document.getElementById(id);
  const player = by('player');
  if (!player) return;
  const { changes } = JSON.parse(by('boards').textContent);
  let waves = 0;
  let time = 0;
  const entries = Array.from(document.querySelectorAll('.entry'), (node) => {
    if (node.querySelector('.wave.new')) waves += 1;
    const told = node.querySelector('time');
    if (told) time = Date.parse(told.textContent.replace(' ', 'T'));
    return {
      node,
      who: node.querySelector('h3 b').textContent,
      kind: node.querySelector('h3 i').textContent,
      on: new Set(),
      wave: waves,
      time,
    };
  });
  for (const { node } of entries) {
    const number = node.querySelector('h3').firstChild;
    const link = document.createElement('a');
    link.href = `#${node.id}`;
    link.append(number.textContent.trim());
    number.replaceWith(link, ' ');
  }
  for (const decision of document.querySelectorAll('.decision')) {
    const { id } = decision.querySelector('h3');
    // `#3 #5–#9`
    for (const [, first, end] of decision.querySelector('.trace').textContent.matchAll(/#(\d+)(?:–#(\d+))?/g)) {
      for (let n = Number(first); n <= Number(end || first); n += 1) entries[n - 1].on.add(id);
    }
  }
  const last = entries.length;
  // The board of the replay is the document's own, smaller.
  const board = document.querySelector('#agreement .board');
  const rows = [];
  if (board) {
    const small = board.cloneNode(true);
    small.classList.add('small');
    small.caption.textContent = 'Where every seat stands at this point';
    for (const name of small.querySelectorAll('th a')) name.replaceWith(name.firstElementChild);
    by('board-then').querySelector('.wide').append(small);
    rows.push(...small.tBodies[0].rows);
  }
  const speeds = Array.from(by('speed').options, (option) => Number(option.value));
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const words = {
    A: ['agrees', 'agrees'], a: ['stale', 'agreed to an earlier text'], X: ['objects', 'objects'],
    '?': ['asks', 'asks'], '·': ['silent', 'silent'],
  };
  // Where something turns: a framework, a text, an objection, a mediation, a decision settled.
  const turns = new Set(['FRAME', 'PROPOSE', 'AMEND', 'OBJECT', 'STAND', 'MEDIATE', 'ESCALATE']);
  const verbs = (node) => Array.from(node.querySelectorAll('.moves > li > b'), (verb) => verb.textContent);
  const is = [];
  const settled = changes.filter(([, row, , head]) => {
    const before = is[row];
    is[row] = head.includes('✓');
    return is[row] && !before;
  }).map(([entry]) => entry);
  const markers = entries.map(({ node }, i) => settled.includes(i + 1) || verbs(node).some((verb) => turns.has(verb)));
  // Milliseconds between two entries at 1×: as it was, but never too short to follow nor idle for long.
  const shortest = 700;
  const longest = 2000;
  const filters = { who: '', kind: '', on: '' };
  let at = last;
  let timer = 0;

  const say = (text) => { by('status').textContent = text; };
  const speed = () => Number(by('speed').value);
  const matches = (entry) =>
    (!filters.who || entry.who === filters.who) &&
    (!filters.kind || entry.kind === filters.kind) &&
    (!filters.on || entry.on.has(filters.on));
  const name = (n) => {
    if (n === 0) return 'Before the first entry';
    const { who, kind } = entries[n - 1];
    return `#${n} ${who} ${kind}, ${n} of ${last}`;
  };

  function fill(cell, letter, said) {
    const [kind, word] = words[letter];
    cell.className = `stance ${kind}`;
    cell.firstElementChild.textContent = letter;
    cell.lastElementChild.textContent = said || word;
  }

  /** Each row as its last change up to here left it; there is one of every row before the first entry. */
  function drawBoard() {
    const now = [];
    for (const change of changes) {
      if (change[0] > at) break;
      now[change[1]] = change;
    }
    now.forEach(([, r, letters, head]) => {
      const cells = rows[r].querySelectorAll('.stance');
      const signed = (letter) => (letter === 'A' ? 'signed' : 'not signed');
      Array.from(letters).forEach((letter, s) => fill(cells[s], letter, r === rows.length - 1 ? signed(letter) : ''));
      rows[r].querySelector('.head').textContent = head;
    });
  }

  function draw() {
    let found = 0;
    entries.forEach((entry, index) => {
      const fits = matches(entry);
      found += fits ? 1 : 0;
      entry.node.hidden = index >= at || !fits;
      entry.node.classList.toggle('now', index === at - 1 && at < last);
    });
    const filtered = Boolean(filters.who || filters.kind || filters.on);
    by('clear').hidden = !filtered;
    const text = filtered ? `${found} of ${last} entries match` : '';
    if (by('found').textContent !== text) by('found').textContent = text;
    by('scrub').value = String(at);
    by('scrub').setAttribute('aria-valuetext', name(at));
    by('place').textContent = `${at} of ${last}`;
    player.dataset.at = String(at);
    drawBoard();
  }

  function follow() {
    const entry = at > 0 ? entries[at - 1].node : null;
    if (!entry || entry.hidden) return;
    const view = { block: 'nearest', behavior: calm.matches || speed() > 2 ? 'auto' : 'smooth' };
    entry.scrollIntoView(view);
  }

  function go(to, told) {
    at = Math.max(0, Math.min(last, to));
    draw();
    follow();
    if (told) say(name(at));
  }

  /** The next entry that the filters show, in either direction. */
  function beside(direction) {
    let n = at + direction;
    while (n > 0 && n < last && !matches(entries[n - 1])) n += direction;
    return n;
  }

  /** The last entry of the wave before, or of the wave after. */
  function waveBeside(direction) {
    const wave = (n) => (n > 0 ? entries[n - 1].wave : 0);
    let n = Math.max(0, Math.min(last, at + direction));
    if (direction < 0) {
      while (n > 0 && wave(n) === wave(at)) n -= 1;
      return n;
    }
    while (n < last && wave(n + 1) === wave(n)) n += 1;
    return n;
  }

  /** The next entry at which something turns, in either direction. */
  function markerBeside(direction) {
    let n = at + direction;
    while (n > 0 && n < last && !markers[n - 1]) n += direction;
    return n;
  }

  function pause(told) {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    by('play').textContent = 'Play';
    player.dataset.state = at === last ? 'ended' : 'paused';
    if (told) say(at === last ? `The replay is at its end, ${last} entries` : `Paused at ${name(at)}`);
  }

  function next() {
    const to = beside(1);
    const here = entries[Math.max(0, at - 1)].time;
    const there = entries[Math.min(last, to) - 1].time;
    const wait = Math.max(shortest, Math.min(longest, there - here)) / speed();
    timer = setTimeout(() => {
      go(to, false);
      if (at === last) pause(true);
      else next();
    }, wait);
  }

  function play() {
    if (at === last) go(0, false);
    by('play').textContent = 'Pause';
    player.dataset.state = 'playing';
    say(`Playing at ${speed()}×`);
    next();
  }

  function toggle() {
    if (timer) pause(true);
    else play();
  }

  function step(to) {
    pause(false);
    go(to, true);
  }

  function setSpeed(value) {
    by('speed').value = String(value);
    say(`Speed ${value}×`);
    if (timer) {
      clearTimeout(timer);
      next();
    }
  }

  function faster(steps) {
    const index = speeds.indexOf(speed()) + steps;
    setSpeed(speeds[Math.max(0, Math.min(speeds.length - 1, index))]);
  }

  const keys = {
    ' ': toggle,
    ArrowLeft: (event) => step(event.shiftKey ? waveBeside(-1) : beside(-1)),
    ArrowRight: (event) => step(event.shiftKey ? waveBeside(1) : beside(1)),
    '{': () => step(beside(-1)),
    '}': () => step(beside(1)),
    '[': () => step(markerBeside(-1)),
    ']': () => step(markerBeside(1)),
    '<': () => faster(-1),
    '>': () => faster(1),
    '=': () => setSpeed(1),
    Home: () => step(0),
    End: () => step(last),
    g: () => step(0),
    G: () => step(last),
  };

  player.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tag = event.target.tagName;
    // What a control does with a key by itself, it goes on doing.
    if (tag === 'SELECT' || (event.key === ' ' && (tag === 'BUTTON' || tag === 'SUMMARY'))) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
  by('play').addEventListener('click', toggle);
  by('back').addEventListener('click', () => step(beside(-1)));
  by('forward').addEventListener('click', () => step(beside(1)));
  by('speed').addEventListener('change', () => setSpeed(speed()));
  by('scrub').addEventListener('input', () => {
    pause(false);
    go(Number(by('scrub').value), false);
  });
  for (const key of Object.keys(filters)) {
    by(`by-${key}`).addEventListener('change', (event) => {
      filters[key] = event.target.value;
      draw();
    });
  }
  function clear() {
    for (const key of Object.keys(filters)) {
      filters[key] = '';
      by(`by-${key}`).value = '';
    }
    draw();
  }
  by('clear').addEventListener('click', () => {
    clear();
    by('by-who').focus();
  });

  /** A link to an entry shows it, whatever hides it. `#play` or `#play=4` begins the replay. */
  function arrive() {
    const hash = location.hash;
    const begin = /^#play(?:=([0-9.]+))?$/.exec(hash);
    if (begin) {
      if (speeds.includes(Number(begin[1]))) by('speed').value = begin[1];
      pause(false);
      go(0, false);
      return play();
    }
    const entry = /^#e[0-9]+$/.test(hash) ? by(hash.slice(1)) : null;
    if (!entry || !entry.hidden) return undefined;
    pause(false);
    at = last;
    clear();
    return entry.scrollIntoView();
  }

  player.hidden = false;
  by('filters').hidden = false;
  by('board-then').open = matchMedia('(min-width: 48rem)').matches;
  document.documentElement.classList.add('live');
  draw();
  addEventListener('hashchange', arrive);
  arrive();
})();
