/** What the keys of entities mean, for scripts/deploy/CONFIGURATION.md; a test proves that none is missing. */
import type { Described } from '../config/describe.ts';
import { QUEUE_KEYS } from './describe-queue.ts';
import { TENANT_KEYS } from './describe-tenant.ts';
import { TRUNK_KEYS } from './describe-trunk.ts';
import type { KindName } from './kinds.ts';

const tenant: Described = ['Company that it belongs to', '所属企业'];

const SHARED: Described = ['`system`: all companies share it', '`system`：所有企业共用'];

/** By kind, then by the key's path; `[]` stands for each item of a list. */
export const ENTITY_KEYS: Readonly<Record<KindName, Readonly<Record<string, Described>>>> = {
  tenant: TENANT_KEYS,
  reseller: {
    tenant: SHARED,
    title: ['Name for people', '名称'],
    companies: [
      'Companies that he looks after; each has one reseller at most',
      '所代理的企业，一家企业只能属于一个代理商',
    ],
  },
  department: {
    tenant,
    title: ['Name for people', '名称'],
    parent: ['Department that it is a part of; without: none', '上级部门；不写则为一级部门'],
  },
  trunk: { tenant, ...TRUNK_KEYS },
  extension: {
    tenant,
    name: ['Name for people', '名称'],
    'ha1.md5': ['Instead of a password that is made at the first start', '代替首次启动时生成的密码'],
    'ha1.realm': [
      'Domain that it was made for; without: that of the server',
      '计算时所用的域名；不写则为服务器域名',
    ],
    'ha1.sha256': ['The same for SHA-256', '同上，用于 SHA-256'],
    language: [
      'Language in which its phone hears prompts, such as those of feature codes; without: as everybody',
      '话机听到的提示音（如功能码提示）所用的语言；不写则同全局',
    ],
    contact: ['Fixed address of a phone that does not register', '不注册的话机的固定地址'],
    outside: [
      'How far it may call out by whatever way; emergency numbers always pass',
      '外呼权限（拨号、转接、呼叫转移、点击呼叫一律适用）：不允许、市话、国内、国际；紧急号码不受限制',
    ],
    ownNumber: [
      'Its own number outside; a trunk must have it among its `numbers`',
      '分机的直线号码，须在某条中继的 `numbers` 中',
    ],
    shows: ["What its calls out show; without: as the company's", '外显号码；不写则同企业设置'],
    doNotDisturb: [
      'Calls to it are told that it is busy; this and `forward` may be set at the phone, too: what was set last counts',
      '免打扰：来电按忙处理；此项和 `forward` 也可在话机上用功能码设置，以最后一次设置为准',
    ],
    'forward.always': ['All calls to it go there', '无条件转移到此号码'],
    'forward.busy': ['While it is busy, or not to be disturbed', '遇忙（含免打扰）转移到此号码'],
    'forward.noAnswer': [
      'When it has rung for `forward.ring`',
      '振铃超过 `forward.ring` 无应答时转移到此号码',
    ],
    'forward.ring': ['How long that is', '无应答转移前的振铃时长'],
    'forward.unreachable': [
      'While none of its phones is registered or answers',
      '话机未注册或无响应时转移到此号码',
    ],
    voicemail: [
      'Mailbox that calls go to which nobody answers there; without: none',
      '无人接听时转入的语音信箱；不写则不转',
    ],
    seesNumbers: [
      'Its phone shows numbers outside whole; `false`: as 138****8000',
      '话机显示完整的外线号码；`false` 则显示为 138****8000（号码防火墙）',
    ],
    forwardOutside: [
      'Calls to it may be forwarded (302, `forward`) to outside numbers; otherwise only within the company',
      '允许将来电转移（302 或 `forward`）到外线号码；否则仅限公司内部',
    ],
  },
  group: {
    tenant,
    name: ['Name for people', '名称'],
    members: [
      'Who is rung, in order: each an extension, an agent or a number outside',
      '组内成员，按顺序：每项写分机、坐席或外线号码之一',
    ],
    'members[].extension': ['An extension', '分机'],
    'members[].agent': ['An agent, at the extension where he sits', '坐席，振其所在分机'],
    'members[].number': ['A number outside', '外线号码'],
    strategy: [
      '`ring-all`: all together; `hunt`: one after the other; `round-robin`: the same, beginning with the next each time; `random`',
      '`ring-all` 同振；`hunt` 依次振铃；`round-robin` 轮流依次振铃；`random` 随机依次振铃',
    ],
    ring: ['All together, or each of them, so long', '同振时的总振铃时长，或依次振铃时每个成员的时长'],
    pickUp: [
      "Its phones take one another's calls (`codes.pickUp`) before those of others",
      '组内话机抢接（`codes.pickUp`）时优先接本组的来电',
    ],
    'otherwise.mailbox': ['When nobody has answered: a mailbox', '无人接听时转语音信箱'],
    'otherwise.number': [
      'Or a number: an extension, a group, a hotline of the company or a number outside',
      '或转到号码：分机、分机组、本企业热线或外线号码',
    ],
  },
  conference: {
    tenant,
    name: ['Name for people', '名称'],
    hostPin: [
      'Who keys it is a host: mutes all (`*2`), locks (`*3`), invites (`*4`), ends (`*9`); without: nobody is',
      '主持人密码：输入者可全体静音（`*2`）、锁定（`*3`）、邀请（`*4`）、结束会议（`*9`）；不写则没有主持人',
    ],
    memberPin: [
      'Everybody else keys it; without: who keys nothing but # is let in',
      '与会者密码；不写则直接按 # 进入',
    ],
    maxMembers: ['How many it holds, hosts included', '人数上限（含主持人）'],
    record: ['What all say is recorded, once two are there', '两人以上时全程录音'],
    announce: ['Those who are there hear that somebody comes or leaves', '有人进入或离开时提示在场者'],
    waitForHost: ['Members hear music while no host is there', '主持人不在时与会者听音乐等待'],
  },
  skill: {
    tenant,
    title: ['Name for people, such as 粤语', '供人查看的名称，如“粤语”'],
    language: [
      'It is a language: who chose it hears prompts in it, and is served by agents who have the skill',
      '该技能是一种语言：选择后提示音用该语言播放，并由具备该技能的坐席接听',
    ],
    relaxAfter: [
      'A caller who needs it takes whoever is free after so long; without: never',
      '主叫等待超过此时长后不再要求该技能；不写则始终要求',
    ],
  },
  breakReason: {
    tenant,
    'title.zh': ['Name for people in Chinese', '中文名称'],
    'title.en': ['Name for people in English', '英文名称'],
    limit: [
      'A break that lasts longer is an alarm, and goes on; without: no limit',
      '小休超过此时长即告警，不强制结束；不写则不限',
    ],
  },
  disposition: {
    tenant,
    entries: ['What the agent chooses from, in up to three levels', '话后小结选项，最多三级'],
    'entries[].code': ['What reports count; each code once in a tree', '统计用代码，同一棵树内不重复'],
    'entries[].title': ['Name for people', '名称'],
    'entries[].children': ['Those below it; the agent chooses one of them', '下一级选项，坐席从中选择'],
    'entries[].children[].code': ['Code of the second level', '第二级代码'],
    'entries[].children[].title': ['Name of the second level', '第二级名称'],
    'entries[].children[].children': ['Those below it', '下一级选项'],
    'entries[].children[].children[].code': ['Code of the third level', '第三级代码'],
    'entries[].children[].children[].title': ['Name of the third level', '第三级名称'],
  },
  script: {
    tenant,
    title: ['Name for people', '名称'],
    text: [
      'What the agent says; `{caller}`, `{queue}`, `{agent}` and others stand for what is known then',
      '话术内容；`{caller}`、`{queue}`、`{agent}` 等占位符在通话时代入',
    ],
  },
  contact: {
    tenant,
    title: ['Name that agents find it by, also in pinyin', '名称，坐席可按名称或拼音查找'],
    number: [
      'As a phone would dial it; every agent sees it whole',
      '号码，按话机拨号方式填写；所有坐席可见完整号码',
    ],
    category: [
      'Part of the directory: the house, key customers, emergency, neighbouring centres',
      '通讯录分组：企业、重点客户、应急、友邻中心',
    ],
    department: ['Department that it belongs to', '所属部门'],
    note: ['What to know before the call', '拨打前须知'],
  },
  agent: {
    tenant,
    name: ['Name for people', '姓名'],
    extension: ['Where the agent is rung', '坐席所在分机'],
    department: [
      'Where he belongs in the organisation: who has rights to a department sees his calls and state',
      '所属部门：对该部门有权限的人可查看其通话和状态',
    ],
    phone: [
      'A number outside where he is rung in place of his extension (remote seat), as far as he may call out; he takes a caller by key 1',
      '远程坐席的外线号码，代替分机振铃，受本人外呼权限限制；按 1 接听',
    ],
    level: [
      'His level, without: 1; queues by `skill` ring the highest that is free first, queues by `weighted` in proportion',
      '级别，不写则为 1：`skill` 队列先振级别最高的空闲坐席，`weighted` 队列按级别比例分配',
    ],
    skills: ['What he can do', '技能'],
    'skills[].skill': ['A skill', '技能名'],
    'skills[].level': ['How well', '等级'],
    outside: ["How far he may call out; without: his extension's right", '外呼权限；不写则同所在分机'],
    language: [
      "Language in which he hears prompts; without: as his extension's",
      '坐席听到的提示音所用的语言；不写则同所在分机',
    ],
    seesNumbers: [
      "His phone shows numbers outside whole; without: as his extension's",
      '话机显示完整的外线号码；不写则同所在分机',
    ],
    shows: ["What his calls out show; without: as his extension's", '外显号码；不写则同所在分机'],
    ring: ['He is rung so long; without: as the queue has it', '振铃时长；不写则按队列设置'],
    signIn: [
      '`automatic`: signed in from the start on; `manual`: he signs in himself',
      '`automatic` 启动即签入，`manual` 由坐席自行签入',
    ],
    pin: [
      'Digits by which he signs in at phones that are not his own; without, he cannot',
      '在非本人话机签入用的密码；不写则不能签入',
    ],
    'supervises.all': ['He supervises all agents of the company', '班长席：可监控本企业全部坐席'],
    'supervises.queues': ['He supervises the agents of these queues', '班长席：可监控这些队列的坐席'],
    greeting: [
      'Prompt that his callers hear when he answers, after the work number where the queue announces it',
      '坐席应答时播给客户的问候语；队列播报工号时在工号之后',
    ],
    autoAnswer: [
      'His phone is asked to answer calls of queues by itself; without: as the queue has it',
      '要求话机自动应答队列来电；不写则同队列设置',
    ],
  },
  queue: { tenant, ...QUEUE_KEYS },
  list: {
    tenant,
    numbers: ['Telephone numbers', '号码'],
    prefixes: ['Beginnings of numbers', '号码前缀'],
    'owners.NAME': [
      'The agent of this caller, for queues that name the list as `owners`',
      '该主叫的专属坐席，供以 `owners` 引用本名单的队列使用',
    ],
  },
  nuisance: {
    tenant,
    state: [
      '`proposed` by an agent; `confirmed`: all hotlines of the company turn the caller away',
      '`proposed` 坐席举报待确认；`confirmed` 本企业所有热线拒接该号码',
    ],
    until: ['Last day on which it counts; without: for good', '最后有效日期；不写则长期有效'],
    reason: ["Why, in the agent's words", '举报原因'],
    by: ['Work number of who reported him', '举报坐席的工号'],
    callId: ['The call that he was reported in', '举报时的通话编号'],
  },
  mailbox: {
    tenant,
    greeting: ['Played before the tone', '留言前的提示音'],
    max: ['Longest message', '单条留言最长时间'],
    maxSilence: ['Silence that ends a message', '静音多久结束留言'],
    extensions: [
      'Phones whose lamp shows what is in it and that hear it by feature code, beside those whose unanswered calls go to it',
      '留言灯提示并可用功能码收听的分机（无人接听转入本信箱的分机除外，它们本来就有）',
    ],
    pin: ['Keyed by who hears it by feature code', '用功能码收听留言时输入的密码'],
  },
  survey: {
    tenant,
    prompt: ['The question', '询问的提示音'],
    keys: ['Keys that are an answer', '有效按键'],
    thanks: ['Played after an answer', '评价后的致谢提示音'],
    timeout: ['Waited so long for a key', '等待按键的时间'],
    'ratings.NAME': [
      'What keys mean: `very-satisfied`, `satisfied`, `fair`, `dissatisfied`',
      '按键的含义：非常满意、满意、一般、不满意',
    ],
  },
  prompt: {
    tenant,
    file: [
      'Sound file, 8 kHz mono, in `prompts/COMPANY` of the data folder; beats the shipped prompt of the same name',
      '录音文件（8 kHz 单声道），放在数据目录的 `prompts/企业` 下；优先于自带的同名提示音',
    ],
    'languages.NAME': [
      'Sound file of the same in another language, by the `language` of a skill',
      '同一提示音其他语言的录音文件，键为技能的 `language`',
    ],
    text: ['What is said, for people', '内容文字，供人查看'],
  },
  secret: {
    tenant,
    title: ['Name for people', '名称'],
    value: ['The text itself: a token, a password', '密钥内容，如令牌、密码'],
    hosts: ['Hosts of the services that are told it; nobody else is', '只发送给这些主机上的服务'],
  },
  hotline: {
    tenant,
    name: ['Name for people', '名称'],
    description: ['What it is for', '说明'],
    aliases: [
      'Other numbers that lead here; the record has the one that was called and the hotline',
      '引示号：同样转到本热线的其他号码；话单同时记录所拨号码与热线号码',
    ],
    timeZone: ['Time zone; without: that of the configuration', '时区；不写则同全局配置'],
    block: [
      'Blacklist: turned away before anything else. Rules: `list`, `number`, `prefix`, `area-code`, `anonymous`, `international`',
      '黑名单：最先拦截。规则种类：`list`、`number`、`prefix`、`area-code`、`anonymous`、`international`',
    ],
    blocked: ['What they get; without: `reject`', '对黑名单来电的处理；不写则为 `reject`'],
    allow: ['Whitelist: neither blacklist nor limit applies', '白名单：不受黑名单和次数限制'],
    admit: ['`allowed`: the whitelist only', '`allowed`：只接听白名单'],
    vip: ['Come first in every queue; `flow`: go their own way', '贵宾：排队优先；`flow`：走单独流程'],
    limit: ['Calls of one caller within a time', '同一主叫在一段时间内的呼叫次数限制'],
    channels: ['Calls at once; above it: busy', '同时通话上限，超出者听忙音'],
    ringback: ['Ringback of the company, before or after the answer', '企业彩铃，应答前或应答后播放'],
    'featureCodes.NAME': [
      'Code that turns the switch of this name on a phone',
      '在话机上切换同名开关的功能码',
    ],
    lines: ['Lines and extensions that `dial` and `transfer` name', '供 `dial`、`transfer` 引用的外线和分机'],
    calendars: ['Opening hours of this hotline alone', '仅本热线使用的工作时间'],
    flows: ['Flows that `goto` and `subflow` name', '供 `goto`、`subflow` 引用的流程'],
    flow: [
      'What happens to a call: a tree of nodes, each with its `type`',
      '来电流程：由节点组成的树，每个节点写 `type`',
    ],
    afterTalk: ['Asked once the talk ended', '通话后的满意度评价'],
    otherwise: ['When the flow has nothing more to do, or fails', '流程走完或出错后的处理'],
  },
  announcement: {
    tenant,
    title: ['Name for people', '名称'],
    text: ['For people: agents read it, and say it to who asks', '公告正文，供坐席查看与答复'],
    prompt: ['What callers hear; without: nothing', '来电者听到的提示音；不写则不播'],
    areas: [
      'Only callers from these regions, provinces, cities or area codes hear it; none: all do',
      '只播给这些大区、省、市或区号的来电者；不写则播给所有人',
    ],
    places: ['Townships, lines and streets that it is about, for people', '涉及的乡镇、线路、街道，供人查看'],
    from: ['When it begins', '开始时间'],
    to: ['When it is over; without: until it is taken away', '结束时间；不写则直到删除'],
    hotlines: [
      'Main numbers of the hotlines that say it; none: all that say announcements',
      '播放公告的热线主号码；不写则为所有播公告的热线',
    ],
    on: ['Off: it is not said', '关闭后不播'],
  },
  wallboard: {
    tenant,
    title: ['Name for people, which stands on it', '名称，显示在大屏上'],
    tiles: ['Its tiles on a grid of 12 columns', '指标块，按 12 列网格排布'],
    'tiles[].title': [
      'What stands above the figure; without: the name of the metric',
      '数字上方的文字；不写则为指标名',
    ],
    'tiles[].metric': ['What it shows', '指标'],
    'tiles[].queues': [
      'Of these queues together; none: of the whole company',
      '这些队列合计；不写则为全企业',
    ],
    'tiles[].window': ['Of which time; what is as it is now has none', '统计时段；实时指标不用'],
    'tiles[].x': ['Column of its left edge, of 12', '左边所在列，共 12 列'],
    'tiles[].y': ['Row of its upper edge', '上边所在行'],
    'tiles[].w': ['Columns that it takes', '占几列'],
    'tiles[].h': ['Rows that it takes', '占几行'],
    'tiles[].amber': [
      'From here on it is amber: a number, milliseconds, or a share of 1',
      '黄色阈值：数量、毫秒或小数比例',
    ],
    'tiles[].red': ['From here on it is red, in the same unit', '红色阈值，单位同上'],
  },
  segments: {
    tenant: SHARED,
    file: [
      'Written by `pbx400 import segments` into the data folder; its name holds the checksum',
      '由 `pbx400 import segments` 写入数据目录，文件名含校验值',
    ],
    version: ['As the imported table calls itself', '导入表自带的版本'],
    source: ['Name of the file that was imported', '导入文件名'],
    date: ['Date of the import', '导入日期'],
    segments: ['Mobile segments whose area is known', '已知归属地的号段数'],
    coverage: ['Their share of all mobile prefixes in use, in percent', '占全部在用号段的百分比'],
  },
  holidays: {
    tenant: SHARED,
    file: [
      'Written by `pbx400 import holidays` into the data folder; its name holds the checksum',
      '由 `pbx400 import holidays` 写入数据目录，文件名含校验值',
    ],
    source: ['Name of the file that was imported last', '最近一次导入的文件名'],
    date: ['Date of the import', '导入日期'],
    days: ['Holidays and make-up work days in the file', '文件中的节假日与调休天数'],
    lastYear: ['Last year of the file', '文件中的最后一年'],
  },
  calendar: {
    tenant,
    'periods.NAME.NAME': [
      'Hours by period (`open`) and day: `mon-fri`, `daily`, `holiday`, `make-up`; the first period that covers the time wins',
      '各时段（如 `open`）在每天的时间；天写 `mon-fri`、`daily`、`holiday`（法定节假日）、`make-up`（调休），先写的优先',
    ],
    timeZone: ['Time zone; without: that of the hotline', '时区；不写则同热线'],
    holidays: ['`CN`: public holidays and make-up work days count', '`CN`：按法定节假日和调休'],
    daysOff: ['Days off: closed all day', '公司休息日，全天关闭'],
    'dates.NAME.NAME': ['Other hours on single dates, by period', '特定日期的时间，按时段'],
    'names.NAME': ['What such days are, for people (`公司年会`)', '这些日子的名称或原因，如“公司年会”'],
    switches: [
      'Switches that put the calendar into the period of their name',
      '临时开关，打开时进入同名时段',
    ],
  },
};
