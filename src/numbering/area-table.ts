/**
 * Where a caller is at home and which operator issued the number, by direct addressing: one array cell for each
 * of the million mobile segments (号段, 7 digits) and one for each area code. 3 MB, no garbage on a lookup.
 */
import { type Area, INTERNATIONAL_AREA, makeArea, REGIONS, splitPlace, UNKNOWN_AREA } from './area.ts';
import { CARRIERS, type Carrier } from './carrier.ts';
import { isInternational } from './number.ts';

const SEGMENTS = 1_000_000;
const AREA_CODES = 1000;

export class AreaTable {
  /** Names the data: `libphonenumber`, or the version of an imported table. */
  version: string;
  /** Area by digits 2 to 7 of a mobile. */
  #segmentArea = new Uint16Array(SEGMENTS);
  /** Place in CARRIERS plus one; 0: unknown. */
  #segmentCarrier = new Uint8Array(SEGMENTS);
  /** Area by area code without its 0: 10, 20-29, 310-999. */
  #codeArea = new Uint16Array(AREA_CODES);
  #areas: Area[] = [UNKNOWN_AREA];
  readonly #index = new Map<string, number>();
  /** The same by what was set: whoever fills the table sets one area many times. */
  #indexByArea = new WeakMap<SegmentArea, number>();
  /** Area code by province and city. */
  readonly #codes = new Map<string, string>();
  #segments = 0;

  constructor(version: string) {
    this.version = version;
  }

  /** Segments that have an area. */
  get segments(): number {
    return this.#segments;
  }

  get bytes(): number {
    return this.#segmentArea.byteLength + this.#segmentCarrier.byteLength + this.#codeArea.byteLength;
  }

  /** All areas that the table knows. */
  get areas(): readonly Area[] {
    return this.#areas.slice(1);
  }

  /** Where a caller (in the form of `normaliseCaller`) is at home. */
  areaOf(caller: string): Area {
    if (isInternational(caller)) return INTERNATIONAL_AREA;
    if (caller.charCodeAt(0) === 48) return this.#areas[this.#codeArea[codeOf(caller)]!]!;
    const segment = segmentOf(caller);
    return segment < 0 ? UNKNOWN_AREA : this.#areas[this.#segmentArea[segment]!]!;
  }

  /** The operator that issued a mobile; undefined for landlines and unknown segments. */
  carrierOf(caller: string): Carrier | undefined {
    const segment = segmentOf(caller);
    return segment < 0 ? undefined : CARRIERS[this.#segmentCarrier[segment]! - 1];
  }

  /** Whether a name is a region, a province, a city or the latter two as the table spells them: 华南, 广东, 深圳, 广东深圳, 深圳市. */
  isPlace(name: string): boolean {
    const { province, city } = splitPlace(name);
    if (city === '') return province !== '';
    if (province === '' && Object.hasOwn(REGIONS, city)) return true;
    return this.#areas.some((area) => area.city === city && (province === '' || area.province === province));
  }

  /** Short names of all regions, provinces and cities. */
  get places(): ReadonlySet<string> {
    return new Set([
      ...Object.keys(REGIONS),
      ...this.areas.flatMap(({ province, city }) => [province, city]),
    ]);
  }

  /** The area of an area code such as `0755`. */
  areaOfCode(code: string): Area {
    return this.#areas[this.#codeArea[codeOf(code)]!]!;
  }

  /** Sets the area of an area code (`0755`). */
  setCode(code: string, province: string, city: string): void {
    this.#codeArea[codeOf(code)] = this.#indexOf(province, city, code);
    // Several codes may serve one place (Xinjiang 0992 and 0999); the first stays its own.
    const key = `${province}\t${city}`;
    if (!this.#codes.has(key)) this.#codes.set(key, code);
  }

  /** The area code of a place; '' when it has none. */
  codeOfPlace(province: string, city: string): string {
    return this.#codes.get(`${province}\t${city}`) ?? '';
  }

  /**
   * Sets area and operator of the seven-digit segments `from` to `to`, both included. What is undefined stays as it is.
   */
  setSegments(from: number, to: number, area: SegmentArea | undefined, carrier: Carrier | undefined): void {
    const first = from - SEGMENTS;
    const end = to - SEGMENTS + 1;
    if (area) {
      const index = this.#indexOfArea(area);
      for (let slot = first; slot < end; slot++) {
        if (this.#segmentArea[slot] === 0) this.#segments++;
        this.#segmentArea[slot] = index;
      }
    }
    if (carrier) this.#segmentCarrier.fill(CARRIERS.indexOf(carrier) + 1, first, end);
  }

  /** How many of the segments `from` to `to`, both included, have a known area. */
  countKnown(from: number, to: number): number {
    const isKnown = this.#areas.map(({ kind }) => kind === 'known');
    let count = 0;
    for (let slot = from - SEGMENTS; slot <= to - SEGMENTS; slot++) {
      if (isKnown[this.#segmentArea[slot]!]) count++;
    }
    return count;
  }

  /** All stretches of neighbouring segments with the same area and operator. */
  *runs(): Generator<{ from: number; to: number; area: Area; carrier: Carrier | undefined }, void> {
    const areas = this.#segmentArea;
    const carriers = this.#segmentCarrier;
    for (let from = 0; from < SEGMENTS; ) {
      let to = from + 1;
      while (to < SEGMENTS && areas[to] === areas[from] && carriers[to] === carriers[from]) to++;
      if (areas[from] !== 0 || carriers[from] !== 0) {
        const area = this.#areas[areas[from]!]!;
        yield { from: from + SEGMENTS, to: to + SEGMENTS - 1, area, carrier: CARRIERS[carriers[from]! - 1] };
      }
      from = to;
    }
  }

  /** What another thread has to be given to have this table. */
  get parts(): AreaParts {
    const { version } = this;
    const [segmentArea, segmentCarrier, codeArea] = [this.#segmentArea, this.#segmentCarrier, this.#codeArea];
    return { version, segmentArea, segmentCarrier, codeArea, areas: this.#areas, segments: this.#segments };
  }

  /** Becomes the table that `parts` are of, at once: who looks up next finds the new one. */
  take(parts: AreaParts): void {
    this.version = parts.version;
    this.#segmentArea = parts.segmentArea;
    this.#segmentCarrier = parts.segmentCarrier;
    this.#codeArea = parts.codeArea;
    this.#areas = [UNKNOWN_AREA, ...parts.areas.slice(1)];
    this.#segments = parts.segments;
    this.#index.clear();
    this.#indexByArea = new WeakMap();
    for (const [index, { province, city, code }] of this.#areas.entries()) {
      if (index > 0) this.#index.set(`${province}\t${city}\t${code}`, index);
    }
  }

  #indexOfArea(area: SegmentArea): number {
    let index = this.#indexByArea.get(area);
    if (index === undefined) {
      index = this.#indexOf(area.province, area.city, area.code);
      this.#indexByArea.set(area, index);
    }
    return index;
  }

  #indexOf(province: string, city: string, code: string): number {
    const key = `${province}\t${city}\t${code}`;
    let index = this.#index.get(key);
    if (index === undefined) {
      index = this.#areas.push(makeArea(province, city, code)) - 1;
      this.#index.set(key, index);
    }
    return index;
  }
}

/** The contents of a table, as they cross threads. */
export interface AreaParts {
  readonly version: string;
  readonly segmentArea: Uint16Array<ArrayBuffer>;
  readonly segmentCarrier: Uint8Array<ArrayBuffer>;
  readonly codeArea: Uint16Array<ArrayBuffer>;
  readonly areas: readonly Area[];
  readonly segments: number;
}

export interface SegmentArea {
  readonly province: string;
  readonly city: string;
  readonly code: string;
}

/** Digits 2 to 7 of a mobile as a number, -1 when it is none. */
function segmentOf(caller: string): number {
  if (caller.length !== 11 || caller.charCodeAt(0) !== 49) return -1;
  let segment = 0;
  for (let index = 1; index < 7; index++) segment = segment * 10 + caller.charCodeAt(index) - 48;
  return segment;
}

/** Area code of a landline without its 0; three digits beside 010 and 02x; 0 when there is none. */
function codeOf(landline: string): number {
  const first = landline.charCodeAt(1) - 48;
  const second = landline.charCodeAt(2) - 48;
  if (!(first >= 1 && second >= 0)) return 0;
  const two = first * 10 + second;
  if (first <= 2) return two;
  const third = landline.charCodeAt(3) - 48;
  return third >= 0 ? two * 10 + third : 0;
}
