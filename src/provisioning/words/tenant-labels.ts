/** What forms write over the fields of a company: see labels.ts. */
import type { Described } from '../../config/describe.ts';

const useLimits = (scope: string, label: Described): Record<string, Described> => ({
  [`outsideLimits.${scope}`]: label,
  ...Object.fromEntries(
    (
      [
        ['hour', 'An hour', '每小时'],
        ['day', 'A day', '每天'],
      ] as const
    ).flatMap(([period, en, zh]) => {
      const path = `outsideLimits.${scope}.${period}`;
      return [
        [path, [en, zh]],
        [`${path}.calls`, ['Calls', '次数']],
        [`${path}.minutes`, ['Minutes', '分钟']],
        [`${path}.spend`, ['Yuan', '费用（元）']],
      ] satisfies [string, Described][];
    }),
  ),
});

export const TENANT_LABELS: Readonly<Record<string, Described>> = {
  name: ['Name', '企业名称'],
  domain: ['SIP domain', 'SIP 域名'],
  areaCode: ['Area code', '区号'],
  recordingNotice: ['Notice of recording', '录音告知'],
  emergency: ['Emergency numbers', '紧急号码'],
  outsideLock: ['Lock of outside calls', '夜间锁定外呼'],
  'outsideLock.calendar': ['Calendar', '工作时间'],
  'outsideLock.periods': ['Periods', '时段'],
  'outsideLock.right': ['Right then', '锁定期间可拨'],
  outsideLimits: ['Limits of outside calls', '外呼限额'],
  ...useLimits('extension', ['Each extension', '每个分机']),
  ...useLimits('company', ['The company', '全企业']),
  'outsideLimits.prices': ['Prices', '单价'],
  'outsideLimits.prices.local': ['Local', '市话'],
  'outsideLimits.prices.domestic': ['Domestic', '国内长途'],
  'outsideLimits.prices.international': ['International', '国际及港澳台'],
  codes: ['Feature codes', '功能码'],
  'codes.echo': ['Echo test', '回声测试'],
  'codes.pickUp': ['Pick up', '抢接'],
  'codes.pickUpAt': ['Pick up at', '指定抢接'],
  'codes.park': ['Park', '驻留'],
  'codes.doNotDisturb': ['Do not disturb', '免打扰'],
  'codes.forwardAlways': ['Forward always', '无条件转移'],
  'codes.forwardBusy': ['Forward while busy', '遇忙转移'],
  'codes.forwardNoAnswer': ['Forward unanswered', '无应答转移'],
  'codes.forwardUnreachable': ['Forward unreachable', '不可及转移'],
  'codes.signIn': ['Sign in', '签入'],
  'codes.signInOutside': ['Sign in outside', '远程签入'],
  'codes.signOut': ['Sign out', '签出'],
  'codes.agentReady': ['Ready', '就绪'],
  'codes.agentBusy': ['Busy', '示忙'],
  'codes.agentBreak': ['Break', '小休'],
  'codes.endWrapUp': ['End wrap-up', '结束整理'],
  'codes.nuisance': ['Nuisance', '举报骚扰'],
  'codes.monitor': ['Listen', '监听'],
  'codes.whisper': ['Whisper', '密语'],
  'codes.barge': ['Barge in', '强插'],
  'codes.pickUpQueue': ['Pick up from a queue', '队列抢接'],
  'codes.voicemail': ['Voicemail', '收听留言'],
  showsSupervision: ['Agents see who listens', '显示监听'],
  retention: ['Kept for', '数据保留'],
  'retention.recordYears': ['Call records, years', '话单（年）'],
  'retention.recordingDays': ['Recordings, days', '录音（天）'],
  'retention.messageDays': ['Voicemail, days', '留言（天）'],
  'retention.eventDays': ['Events, days', '事件（天）'],
};
