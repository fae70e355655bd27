import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Manual {
  /** Depth of each heading, in order. */
  readonly headings: readonly number[];
  /** Code blocks without comments. */
  readonly code: readonly string[];
  /** Bold words that open a point. */
  readonly points: number;
  /** Rows of tables. */
  readonly rows: number;
  /** What stands in backticks: names, paths, commands. */
  readonly words: ReadonlySet<string>;
  /** Files of the project that it points at. */
  readonly files: ReadonlySet<string>;
}

function read(file: string): Manual {
  const text = readFileSync(file, 'utf8');
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const links = [...prose.matchAll(/\]\(([^)#]+)/g)].map(([, path]) => path!.replace('.zh-CN', ''));
  return {
    headings: [...text.matchAll(/^(#+) /gm)].map(([, marks]) => marks!.length),
    code: [...text.matchAll(/^(?: {4}(?! *[-|]).*$\n?)+|^```\n[\s\S]*?^```$/gm)].map(([block]) =>
      block.replaceAll(/ +#.*$/gm, '').trim(),
    ),
    points: [...prose.matchAll(/^- \*\*/gm)].length,
    rows: [...prose.matchAll(/^\|/gm)].length,
    words: new Set([...prose.replaceAll(/\n +/g, ' ').matchAll(/`([^`\n]+)`/g)].map(([, word]) => word!)),
    files: new Set(links),
  };
}

it('the manual of deployment says in Chinese what it says in English', () => {
  const [english, chinese] = ['README.md', 'README.zh-CN.md'].map((name) => read(`scripts/deploy/${name}`));
  expect(english!.headings.length).toBeGreaterThan(4);
  expect(chinese).toMatchObject({
    headings: english!.headings,
    code: english!.code,
    points: english!.points,
    rows: english!.rows,
  });
  expect([...english!.words].filter((word) => !chinese!.words.has(word))).toEqual([]);
});

it('the Chinese README of the project has the commands of the English one, and each leads to the other', () => {
  const [english, chinese] = ['README.md', 'README.zh-CN.md'].map(read);
  expect(chinese!.code).toEqual(english!.code);
  expect([...english!.files]).toContain('README.md');
  expect([...chinese!.files]).toEqual(
    expect.arrayContaining(['README.md', 'scripts/deploy/README.md', 'scripts/deploy/CONFIGURATION.md']),
  );
});
