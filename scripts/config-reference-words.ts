import { ZH_HINTS } from '../src/config/zh-hints.ts';

export type Language = 'en' | 'zh';

export const LANGUAGES = [
  { language: 'en', file: 'CONFIGURATION.md' },
  { language: 'zh', file: 'CONFIGURATION.zh-CN.md' },
] as const;

/** The reference's own words in one language. */
export interface ReferenceWords {
  readonly preface: string;
  readonly columns: readonly string[];
  readonly required: string;
  readonly ownName: string;
  readonly listOfMaps: string;
  listOf(values: string): string;
  /** Whole numbers. */
  whole(least: number, most: number | undefined): string;
  /** The schema's wording of what a value must be. */
  hint(words: string): string;
}

/** In Chinese; throws for words of a schema that have none yet. */
function zhHint(words: string): string {
  const found = ZH_HINTS[words];
  if (found === undefined) throw new Error(`write Chinese for '${words}' in src/config/zh-hints.ts`);
  return found;
}

const MADE =
  '<!-- made by `npm run config-reference` from src/config/schema.ts and src/provisioning/kind: change it there -->';

export const WORDS: Readonly<Record<Language, ReferenceWords>> = {
  en: {
    preface: `${MADE}

# Every key of pbx400.yaml

\`NAME\` is a name that you choose, \`[]\` stands for each item of a list. Durations: \`500ms\`, \`15s\`, \`2m\`, \`1h\`. Paths are relative to
the file. A mistake is told with line, column and what to write; so is a key that does not exist. In Chinese:
[CONFIGURATION.zh-CN.md](CONFIGURATION.zh-CN.md).
`,
    columns: ['key', 'what it is', 'may be', 'default'],
    required: 'required',
    ownName: 'its own name',
    listOfMaps: 'a list',
    listOf: (values) => `a list: ${values}`,
    whole: (least, most) => (most === undefined ? `${least} or more` : `${least} to ${most}`),
    hint: (words) => words,
  },
  zh: {
    preface: `${MADE}

# pbx400.yaml 全部配置项

\`NAME\` 为自定的名称，\`[]\` 表示列表中的每一项。时长写作 \`500ms\`、\`15s\`、\`2m\`、\`1h\`。路径相对于配置文件所在目录。写错或写了不存在的配置项，启动时
会指出行、列与改法。英文版：[CONFIGURATION.md](CONFIGURATION.md)。
`,
    columns: ['配置项', '含义', '取值', '默认值'],
    required: '必填',
    ownName: '自身名称',
    listOfMaps: '列表',
    listOf: (values) => `列表：${values}`,
    whole: (least, most) => (most === undefined ? `不小于 ${least} 的整数` : `整数 ${least} 至 ${most}`),
    hint: zhHint,
  },
};
