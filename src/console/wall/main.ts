/** A wallboard (大屏) on a screen of its own: `/wall/TOKEN`. Without sign-in, without React: it runs for weeks on whatever hangs there. */
import type { WallRow } from '../api/types.ts';
import { LANGUAGES, preferred, sayIn } from '../i18n/words.ts';
import { timeOf } from '../kit/format.ts';
import { cssVariables } from '../tokens-css.ts';
import { Board } from './board.ts';
import { feed } from './feed.ts';
import { clockOf } from './figure.ts';
import { wallWords } from './words.ts';
import './wall.css';

/** Figures that are older are grey. */
const STALE_MS = 6000;

const query = new URLSearchParams(location.search);
const language = LANGUAGES.find((each) => each === query.get('lang')) ?? preferred(navigator.languages);
const say = sayIn(wallWords, language);
const mode = query.get('look') === 'light' ? 'light' : 'dark';
const root = document.documentElement;
root.lang = language;
root.style.colorScheme = mode;
for (const [name, value] of Object.entries(cssVariables(mode))) root.style.setProperty(name, value);

const wall = document.getElementById('wall')!;
const title = document.createElement('h1');
const age = document.createElement('p');
age.className = 'wall-age';
const clock = document.createElement('time');
const bar = document.createElement('header');
bar.className = 'wall-bar';
bar.append(title, age, clock);
const grid = document.createElement('div');
grid.className = 'wall-grid';
wall.append(bar, grid);

const board = new Board(grid, say, language);
/** The last answer, and when it came by this machine's own clock, which nobody sets. */
let last: { readonly wall: WallRow; readonly came: number } | undefined;
const opened = performance.now();

function tick(): void {
  const now = performance.now();
  const old = now - (last?.came ?? opened);
  const isStale = old > STALE_MS;
  wall.dataset['state'] = isStale ? 'stale' : 'fresh';
  if (!last) {
    age.textContent = say(isStale ? 'neverConnected' : 'connecting');
    return;
  }
  const seconds = Math.floor(old / 1000);
  age.textContent = isStale ? say('lost', { age: clockOf(old) }) : say('fresh', { seconds });
  clock.textContent = timeOf(Date.parse(last.wall.at) + old, last.wall.zone);
}

const ticking = setInterval(tick, 500);
tick();

feed({
  ask: async (signal) => {
    const token = location.pathname.split('/')[2] ?? '';
    const response = await fetch(`/api/v1/walls/${encodeURIComponent(token)}`, {
      headers: { accept: 'application/json' },
      credentials: 'omit',
      signal,
    });
    return response.ok
      ? { status: 200, wall: (await response.json()) as WallRow }
      : { status: response.status };
  },
  heard: (heard) => {
    last = { wall: heard, came: performance.now() };
    if (title.textContent !== heard.title) {
      title.textContent = heard.title;
      document.title = heard.title;
    }
    board.show(heard);
    tick();
  },
  gone: () => {
    clearInterval(ticking);
    const end = document.createElement('div');
    end.className = 'wall-gone';
    end.setAttribute('role', 'alert');
    const [what, how] = [document.createElement('h1'), document.createElement('p')];
    what.textContent = say('goneTitle');
    how.textContent = say('goneDetail');
    end.append(what, how);
    wall.replaceChildren(end);
    wall.dataset['state'] = 'gone';
    document.title = say('goneTitle');
  },
  returned: () => void reloadIfNew(),
});

/** What runs for weeks outlives versions of the PBX: after one was started anew, the page is that version's. */
async function reloadIfNew(): Promise<void> {
  const scripts = (html: Document) =>
    [...html.querySelectorAll('script')].map((script) => script.getAttribute('src')).join();
  const response = await fetch(location.href, { credentials: 'omit' }).catch(() => undefined);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (scripts(fresh) !== '' && scripts(fresh) !== scripts(document)) location.reload();
}
