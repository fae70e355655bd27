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

const ZH_HINTS: Readonly<Record<string, string>> = {
  text: '文字',
  digits: '数字',
  'a path': '路径',
  'a URL': 'URL',
  'a port': '端口',
  'a number of calls': '路数',
  'a host name': '主机名',
  'a host name in lower case': '小写主机名',
  'one key': '一个按键',
  "a feature code such as '*8', or '' for none": "功能码，如 '*8'；'' 表示没有",
  'a telephone number': '电话号码',
  'the beginning of a number': '号码开头',
  'the beginning of a telephone number': '号码开头',
  'HOST or HOST:PORT': '主机或主机:端口',
  'an IP address or host name': 'IP 地址或主机名',
  'an IP address or a network such as 10.0.0.0/8': 'IP 地址或网段，如 10.0.0.0/8',
  'a duration such as 500ms, 15s or 2m': '时长，如 500ms、15s、2m',
  'a size such as 500MB, 50GB or 2TB': '容量，如 500MB、50GB、2TB',
  'a text, { file: NAME } or { env: NAME }': '文字、{ file: 文件 } 或 { env: 环境变量 }',
  'a tag of up to 32 letters, digits, - _ + @ and :': '标签，最多 32 个字母、数字、- _ + @ :',
  'a method such as INVITE, or *': '方法名，如 INVITE，或 *',
  'a path with {callId}, such as {tenant}/{date}/{callId}.wav':
    '含 {callId} 的路径，如 {tenant}/{date}/{callId}.wav',
  'a SIP URI such as sip:host:5060': 'SIP URI，如 sip:host:5060',
  'hours such as 09:00-12:00,13:30-18:00': '时间，如 09:00-12:00,13:30-18:00',
  'a time such as 2026-10-10T08:00+08:00': '时间，如 2026-10-10T08:00+08:00',
  'a time zone such as Asia/Shanghai': '时区，如 Asia/Shanghai',
  '2026-08-01 or 2026-08-01/2026-08-05': '2026-08-01 或 2026-08-01/2026-08-05',
  'letters, digits, - _ and . (up to 64)': '字母、数字、- _ .（最多 64 个）',
  'an area code such as 0755': '区号，如 0755',
  'a number as the phone would dial it': '话机所拨的号码',
  'such as <http://localhost>;info=ring2': '如 <http://localhost>;info=ring2',
  'the name of one of kind calendar': '日历名称',
  'a period of the calendar': '日历的时段',
  'trunk, own or a number such as 4001234567': 'trunk、own 或号码，如 4001234567',
  'the MD5 of user:realm:password, hex': 'user:realm:password 的 MD5（十六进制）',
  'the SHA-256 of user:realm:password, hex': 'user:realm:password 的 SHA-256（十六进制）',
  'an origin such as https://desk.example.com': '来源，如 https://desk.example.com',
  'the name of a prompt': '提示音名称',
  'the name of a WAV file': 'WAV 文件名',
  'a file of pbx400 import segments': '`pbx400 import segments` 写入的文件',
  'a file of pbx400 import holidays': '`pbx400 import holidays` 写入的文件',
  'a date such as 2026-08-01': '日期，如 2026-08-01',
  'the name of one of kind tenant': '企业名',
  'the name of one of kind extension': '分机号',
  'the name of one of kind agent': '工号',
  'the name of one of kind survey': '满意度评价名',
  'the name of one of kind mailbox': '语音信箱名称',
  'a language such as zh-CN, en or yue': '语言，如 zh-CN、en、yue',
  'yuan a minute such as 0.15': '元/分钟，如 0.15',
  'the name of one of kind skill': '技能名',
  'the name of one of kind department': '部门名',
  'the name of one of kind disposition': '话后小结名',
  'the name of one of kind script': '话术名',
  'a code of up to 32 letters, digits, - _ and .': '代码，最多 32 个字母、数字、- _ .',
  'a number outside as the phone would dial it': '话机所拨的外线号码',
  'the name of one of kind queue': '队列名',
  'the name of one of kind list': '名单名',
  '2 to 15 digits': '2 至 15 位数字',
  'the id of a call': '通话编号',
  '4 to 12 digits': '4 至 12 位数字',
  'very-satisfied, satisfied, fair, dissatisfied': '`very-satisfied`、`satisfied`、`fair` 或 `dissatisfied`',
  'digits such as 4001234567': '数字，如 4001234567',
  "a feature code such as '*61'": "功能码，如 '*61'",
  'rules about callers: [{ match: list, list: gold }]': '主叫规则：[{ match: list, list: gold }]',
  '`reject`, `busy` or a flow': '`reject`、`busy` 或流程',
  'a node or a list of nodes: { type: queue, queue: sales }': '节点或节点列表：{ type: queue, queue: sales }',
  '{ type: survey, survey: three-keys }': '{ type: survey, survey: three-keys }',
  '{ who, priority, flow }': '{ who, priority, flow }',
  '{ calls, perMs, otherwise }': '{ calls, perMs, otherwise }',
  '{ prompt, when: before-answer }': '{ prompt, when: before-answer }',
  'lines and extensions by name': '按名称列出的外线和分机',
  'opening hours by name': '按名称列出的工作时间',
  'flows by name': '按名称列出的流程',
};

/** In Chinese; throws for words of a schema that have none yet. */
function zhHint(words: string): string {
  const found = ZH_HINTS[words];
  if (found === undefined)
    throw new Error(`write Chinese for '${words}' in scripts/config-reference-words.ts`);
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
