/** The tiles of a wallboard on the screen: made once for a layout, then only their figures change. */
import { BOARD_METRICS } from '../../shared/board-metrics.ts';
import type { WallRow } from '../api/types.ts';
import type { Language, Say } from '../i18n/words.ts';
import { figureText } from './figure.ts';
import type { wallWords } from './words.ts';

type Tile = WallRow['tiles'][number];
type WallSay = Say<keyof (typeof wallWords)['texts']['en']>;

/** Triangle and octagon: told apart without colour. */
const ICONS = { amber: 'M12 3 22 21H2Z', red: 'M8 2h8l6 6v8l-6 6H8l-6-6V8Z' };

/** Fewer rows are as high as so many. */
const LEAST_ROWS = 6;

interface Drawn {
  readonly node: HTMLElement;
  readonly show: (tile: Tile) => void;
}

export class Board {
  readonly #grid: HTMLElement;
  readonly #say: WallSay;
  readonly #language: Language;
  #layout = '';
  #drawn: readonly Drawn[] = [];

  constructor(grid: HTMLElement, say: WallSay, language: Language) {
    this.#grid = grid;
    this.#say = say;
    this.#language = language;
  }

  show({ tiles }: WallRow): void {
    const layout = JSON.stringify(tiles.map(({ value: _, level: __, ...rest }) => rest));
    if (layout !== this.#layout) {
      this.#layout = layout;
      const rows = Math.max(LEAST_ROWS, ...tiles.map(({ y, h }) => y + h));
      this.#grid.style.setProperty('--rows', String(rows));
      this.#drawn = tiles.map((tile) => this.#draw(tile));
      this.#grid.replaceChildren(...this.#drawn.map(({ node }) => node));
      if (tiles.length === 0) this.#grid.append(text('p', 'wall-empty', this.#say('empty')));
    }
    for (const [at, tile] of tiles.entries()) this.#drawn[at]!.show(tile);
  }

  #draw({ title, metric, unit, scope, window, x, y, w, h }: Tile): Drawn {
    const say = this.#say;
    const node = document.createElement('section');
    node.className = 'tile';
    Object.assign(node.style, { gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` });
    const name = title ?? BOARD_METRICS[metric].title[this.#language === 'en' ? 'en' : 'zh'];
    const of = `${scope.length === 0 ? say('company') : scope.join(' + ')} · ${say(window ?? 'now')}`;
    const level = document.createElement('span');
    level.className = 'tile-level';
    const figure = text('span', 'tile-figure');
    const suffix = text('span', 'tile-suffix');
    const value = document.createElement('p');
    value.className = 'tile-value';
    value.append(figure, suffix);
    const head = document.createElement('header');
    head.append(text('h2', 'tile-title', name), level);
    node.append(head, value, text('p', 'tile-of', of));
    let shown = '';
    return {
      node,
      show: ({ value: now, level: stands }) => {
        const is = `${now} ${stands}`;
        if (is === shown) return;
        shown = is;
        const { figure: large, suffix: small } = figureText(unit, now);
        figure.textContent = large;
        suffix.textContent = small;
        value.title = now === null ? say('unknown') : '';
        node.dataset['level'] = stands;
        // The longer, the smaller: it stays in one line.
        node.style.setProperty('--letters', String(Math.max(3, large.length + small.length * 0.6)));
        level.replaceChildren(...(stands === 'neutral' ? [] : [icon(ICONS[stands]), say(stands)]));
      },
    };
  }
}

function text(tag: string, className: string, content = ''): HTMLElement {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = content;
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}
