/**
 * The words that dialplans are written in: `import { hotline, menu, queue } from 'pbx400/dialplan'`.
 * With names declared in code, `const { hotline, menu } = builders({ queues: ['sales'] })` checks them as types.
 */
import { builders } from './write/builders.ts';

export type { CalendarRules, DayKey, Hours, Weekday, WeeklyHours } from '../calendar/calendar-rules.ts';
export type { AgentOrderFunction, OrderedAgent, OrderFacts } from '../provisioning/kind/queue.ts';
export type { AnnounceNode } from './node/announce.ts';
export type { AnnouncementsNode } from './node/announcements.ts';
export type { ByAreaNode } from './node/by-area.ts';
export type { ByCallerNode } from './node/by-caller.ts';
export type { ByCarrierNode } from './node/by-carrier.ts';
export type { ByPercentNode } from './node/by-percent.ts';
export type { ByTrunkNode } from './node/by-trunk.ts';
export type { ByVariableNode } from './node/by-variable.ts';
export type { CallbackNode } from './node/callback.ts';
export type { CallerMatch } from './node/caller-rule.ts';
export type { ConferenceNode } from './node/conference.ts';
export type { DialNode } from './node/dial.ts';
export type { GatherNode } from './node/gather.ts';
export type { GotoNode } from './node/goto.ts';
export type { GroupNode } from './node/group.ts';
export type { HangupNode } from './node/hangup.ts';
export type { Hotline, RateLimit, Ringback, VipRule } from './node/hotline.ts';
export type { HttpNode } from './node/http.ts';
export type { LanguageChoice, LanguageNode } from './node/language.ts';
export type { ExtensionNode, Line } from './node/line.ts';
export type { MenuNode } from './node/menu.ts';
export type { PlayNode } from './node/play.ts';
export type { QueueNode } from './node/queue.ts';
export type { RecordMessageNode } from './node/record-message.ts';
export type { ScheduleNode } from './node/schedule.ts';
export type { ScriptNode } from './node/script.ts';
export type { SetNode } from './node/set.ts';
export type { SubflowNode } from './node/subflow.ts';
export type { SurveyNode } from './node/survey.ts';
export type { TransferNode } from './node/transfer.ts';
export type { Flow, FlowNode, NodeType } from './node/tree.ts';
export type { VoicemailNode } from './node/voicemail.ts';
export type { DialStrategy } from './plan/line-book.ts';
export type * from './run/flow-call.ts';
export { CallEndedError } from './run/flow-call.ts';
export type { FlowFunction, ScriptCall, ScriptFunction } from './run/script-call.ts';
export type { AgentOrder } from './write/agent-order.ts';
export type { Builders, DeclaredNames } from './write/builder-names.ts';
export { builders };

export const {
  hotline,
  agentOrder,
  play,
  menu,
  gather,
  schedule,
  byArea,
  byCarrier,
  byCaller,
  byPercent,
  byTrunk,
  byVariable,
  set,
  queue,
  dial,
  dialThrough,
  line,
  extension,
  group,
  conference,
  transfer,
  voicemail,
  recordMessage,
  survey,
  announce,
  announcements,
  callback,
  http,
  language,
  goto,
  subflow,
  script,
  hangup,
  list,
  number,
  prefix,
  areaCode,
  anonymous,
  international,
} = builders({});
