import { ConfigError } from '../shared/errors.ts';
import { type PastCall, routeOf } from './replay.ts';

/**
 * Calls from CSV (RFC 4180) with a header line. Columns by name, in any order: `startedAt` (ISO 8601 with offset,
 * or ms since 1970), `caller`, `called`; where known `trunk`, `keys` (`1 0`), `path` (`menu → 1 > queue sales`),
 * `served` (true). Others are left alone. Throws ConfigError with the line.
 */
export function parsePastCalls(text: string, file: string): readonly PastCall[] {
  const rows = parseCsv(text);
  const header = rows[0]?.cells ?? [];
  for (const name of ['startedAt', 'caller', 'called']) {
    if (!header.includes(name)) {
      const fix = 'the first line names the columns: startedAt,caller,called,trunk,keys,path,served';
      throw new ConfigError(`there is no column ${name}`, { file, line: 1 }, fix);
    }
  }
  return rows.slice(1).map(({ cells, line }) => {
    const cell = (name: string) => cells[header.indexOf(name)] ?? '';
    const started = cell('startedAt');
    const at = /^\d+$/.test(started) ? Number(started) : Date.parse(started);
    if (Number.isNaN(at)) {
      throw new ConfigError(`no time: '${started}'`, { file, line }, 'write 2026-10-10T10:00:00+08:00');
    }
    const path = cell('path');
    return {
      at,
      caller: cell('caller'),
      called: cell('called'),
      trunk: cell('trunk') || undefined,
      keys: cell('keys')
        .split(' ')
        .filter(Boolean)
        .map((digits) => ({ purpose: '', digits })),
      route: path === '' ? undefined : routeOf(path.split(' > ')),
      served: cell('served') === 'true',
      hungUpAfterMs: undefined,
    };
  });
}

/** Rows of cells; quoted cells may hold commas, line feeds and doubled quotes. Empty lines are left out. */
function parseCsv(text: string): readonly { readonly cells: readonly string[]; readonly line: number }[] {
  const rows: { cells: string[]; line: number }[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let rowLine = 1;
  const endRow = () => {
    cells.push(cell);
    cell = '';
    if (cells.length > 1 || cells[0] !== '') rows.push({ cells, line: rowLine });
    cells = [];
    rowLine = line;
  };
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char === '\n') line++;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[index + 1] === '"') cell += text[++index];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      cells.push(cell);
      cell = '';
    } else if (char === '\n') endRow();
    else if (char !== '\r') cell += char;
  }
  endRow();
  return rows;
}
