/** What the keys of a company mean: see describe.ts. */
import type { Described } from '../config/describe.ts';

const useLimits = (scope: string, [en, zh]: Described): Record<string, Described> =>
  Object.fromEntries(
    (['hour', 'day'] as const).flatMap((period) => {
      const when = period === 'hour' ? '每小时' : '每天';
      const path = `outsideLimits.${scope}.${period}`;
      return [
        [`${path}.calls`, [`Calls outside ${en} in a clock ${period}, at most`, `${zh}${when}外呼次数上限`]],
        [`${path}.minutes`, [`Minutes of them, at most`, `${zh}${when}外呼分钟数上限`]],
        [
          `${path}.spend`,
          [
            `Yuan that they cost by \`outsideLimits.prices\`, at most`,
            `${zh}${when}外呼费用上限（元），按 \`outsideLimits.prices\` 计`,
          ],
        ],
      ] satisfies [string, Described][];
    }),
  );

const prices = (...classes: readonly [string, string, string][]): Record<string, Described> =>
  Object.fromEntries(
    classes.map(([name, en, zh]): [string, Described] => [
      `outsideLimits.prices.${name}`,
      [`Price of ${en}: yuan a minute that has begun`, `${zh}单价（元/分钟，不足一分钟按一分钟）`],
    ]),
  );

export const TENANT_KEYS: Readonly<Record<string, Described>> = {
  name: ['Name of the company', '企业名称'],
  domain: [
    'SIP domain of its phones; without: its name before that of the server',
    '该企业话机使用的 SIP 域名；不写则为“企业名.服务器域名”',
  ],
  areaCode: [
    'Its area code: numbers with it, or without any, are local; mobiles count where they were issued',
    '企业所在地区号：该区号或不带区号的号码为市话；手机按号段归属地',
  ],
  shows: [
    "What calls out show: `trunk`, the line's number; `own`, the extension's; or a number of the company's, such as its 400 number",
    '外显号码：`trunk` 线路号码；`own` 分机直线号码；或企业自己的号码，如 400 号码',
  ],
  recordingNotice: [
    'Says to callers that the talk will be recorded, before it begins, such as the shipped `recording-notice`; without: nothing is said',
    '录音告知：通话录音前播放的提示音，如自带的 `recording-notice`；不写则不告知',
  ],
  emergency: [
    'Numbers that always pass beside 110, 119, 120 and 122',
    '除 110、119、120、122 外，任何情况下都可拨打的号码',
  ],
  'outsideLock.calendar': [
    'Outside calls of phones are locked while this calendar is in one of the periods',
    '夜间锁定外呼：此日历处于所列时段时生效',
  ],
  'outsideLock.periods': [
    'Its periods, such as `closed` and `holiday`',
    '日历的时段，如 `closed`、`holiday`',
  ],
  'outsideLock.right': [
    'How far phones may call then, whatever right they have; emergency numbers pass',
    '锁定期间话机最多可拨的范围（紧急号码不受限制）',
  ],
  ...useLimits('extension', ['of each extension', '每个分机']),
  ...useLimits('company', ['of the company', '全企业']),
  ...prices(
    ['local', 'local calls', '市话'],
    ['domestic', 'domestic calls', '国内长途'],
    ['international', 'calls abroad, Hong Kong, Macao and Taiwan included', '国际及港澳台电话'],
  ),
  'codes.echo': [
    "Feature code of phones: hears itself (echo test); each code: '' switches it off",
    "话机功能码：回声测试；各功能码写 '' 即停用",
  ],
  'codes.pickUp': ["Takes the call that has rung longest at a colleague's", '抢接同事处振铃最久的来电'],
  'codes.pickUpAt': [
    'Takes the call that rings at the extension whose number follows',
    '指定抢接：功能码后加分机号',
  ],
  'codes.park': [
    'With digits behind it: takes up who is parked there; transfer a caller to it to park him',
    '驻留：功能码后加位置号，拨打即取回；把来电转接到此号即驻留',
  ],
  'codes.doNotDisturb': ['Turns do-not-disturb of the phone on, or off again', '开启或关闭本机免打扰'],
  'codes.forwardAlways': [
    'With a number behind it: forwards all calls there; alone: no longer',
    '无条件转移：功能码后加号码即设置，单独拨打即取消',
  ],
  'codes.forwardBusy': ['The same while the phone is busy', '遇忙转移，用法同上'],
  'codes.forwardNoAnswer': ['The same for calls that it does not answer', '无应答转移，用法同上'],
  'codes.forwardUnreachable': [
    'The same while it cannot be reached',
    '不可及（未注册或无响应）转移，用法同上',
  ],
  'codes.signIn': [
    "The agent who sits at the phone signs in; with a work number behind it and that one's PIN, any agent at any phone",
    '本机坐席签入；功能码后加工号并输入密码，可在任意话机签入',
  ],
  'codes.signInOutside': [
    'He signs in at his number outside, or at the one behind the code, and takes calls there by key 1',
    '在外线号码签入（远程坐席）：本人的外线号码，或功能码后所加的号码；来电按 1 接听',
  ],
  'codes.signOut': ['He signs out', '坐席签出'],
  'codes.agentReady': ['He is ready', '坐席就绪'],
  'codes.agentBusy': ['He is busy', '坐席示忙'],
  'codes.agentBreak': ['He has a break; digits behind it are its reason', '坐席小休，功能码后可加原因号'],
  'codes.endWrapUp': ['His wrap-up is over', '结束话后整理'],
  'codes.nuisance': [
    'The agent ends the call that he has on hold, and reports its caller as a nuisance',
    '结束保持中的通话，并举报主叫为骚扰号码',
  ],
  'codes.monitor': [
    'With a work number behind it: a supervisor listens to that agent; keys 1 to 4 then listen, whisper, barge in, take over',
    '监听：功能码后加工号；其间按 1 监听、2 密语、3 强插、4 拦截',
  ],
  'codes.whisper': ['The same, heard by the agent alone', '密语，用法同上'],
  'codes.barge': ['The same, heard by all', '强插，用法同上'],
  'codes.pickUpQueue': [
    'The agent takes the caller who has waited longest in his queues',
    '抢接本坐席所属队列中等待最久的来电',
  ],
  'codes.voicemail': [
    'The phone hears the messages of its mailboxes; keys: 1 again, 2 saves, 3 deletes, # next',
    '收听本分机语音信箱的留言；按 1 重听、2 保存、3 删除、# 下一条',
  ],
  showsSupervision: ["Agents' screens show who listens to them", '坐席界面显示谁在监听'],
  'retention.recordYears': [
    'Years that call records are kept, with what is left of their files; they go by whole months. Each of these: without, for ever',
    '话单保留年数，整月到期后连同其余文件一并删除；以下各项不写即永久保留',
  ],
  'retention.recordingDays': ['Days that recordings are kept', '录音保留天数'],
  'retention.messageDays': ['Days that voicemail messages are kept', '语音留言保留天数'],
  'retention.eventDays': ["Days that events of the company's stream are kept", '企业事件流保留天数'],
};
