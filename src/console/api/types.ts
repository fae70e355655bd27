/** What the API answers, by its own schemas: types only, nothing of the server runs here. */
// What fastify's requests have beside its own, which the routes' types refer to.
import type {} from '../../http/authenticate.ts';

export type { Permission, Reach } from '../../auth/rights.ts';
export type { Problem } from '../../http/errors.ts';
export type { SupervisingRow } from '../../http/routes/acts.ts';
export type { OutageRow } from '../../http/routes/announcements.ts';
export type { ApiKeyRow } from '../../http/routes/api-keys.ts';
export type { AuditEntryRow } from '../../http/routes/audit.ts';
export type { CalendarYear } from '../../http/routes/calendar-days.ts';
export type { CallFlag, CallRow } from '../../http/routes/call-schemas.ts';
export type { CallFilterQuery, CallPage, CallTotals } from '../../http/routes/calls.ts';
export type { ChangeItemRow, ChangeRow } from '../../http/routes/changes.ts';
export type { CallInHand, DeskRow } from '../../http/routes/desks.ts';
export type { DirectoryRow, PlayableRow } from '../../http/routes/directory.ts';
export type { ExtensionPhonesRow } from '../../http/routes/extension-phones.ts';
export type { FaultRow, FaultWholeRow } from '../../http/routes/fault-reports.ts';
export type { FlowSeen } from '../../http/routes/flow-editors.ts';
export type { FlowWays } from '../../http/routes/flow-ways.ts';
export type { FlowProblem, FlowRow, NodeKinds, WholeFlow } from '../../http/routes/flows.ts';
export type { HelpRow } from '../../http/routes/help-asks.ts';
export type { HotlineChannelsRow } from '../../http/routes/hotline-channels.ts';
export type { JobRow } from '../../http/routes/jobs.ts';
export type { FieldRow, KindForm, KindRow } from '../../http/routes/kinds.ts';
export type { LadderRow } from '../../http/routes/ladders.ts';
export type { ListNumberRow } from '../../http/routes/list-numbers.ts';
export type { AgentRow, QueueNowRow, QueueRow, WaitingRow } from '../../http/routes/live.ts';
export type { MissedCallRow } from '../../http/routes/missed-calls.ts';
export type { NodeRow } from '../../http/routes/nodes.ts';
export type { PromptLevelRow, PromptVersionRow, SpeechEngineRow } from '../../http/routes/prompts.ts';
export type { RecordingUseRow } from '../../http/routes/recording-uses.ts';
export type { RevealedNumbers } from '../../http/routes/reveal.ts';
export type { RoleRow } from '../../http/routes/roles.ts';
export type { DraftRow, ScreenRow } from '../../http/routes/screens.ts';
export type { RecoveryCodes, SecondFactorOffer } from '../../http/routes/second-factor.ts';
export type { MeRow, SessionRow, SignedIn } from '../../http/routes/session.ts';
export type {
  AreaOfNumber,
  HolidaysTaken,
  PublicHolidays,
  SegmentTableRow,
} from '../../http/routes/shared-tables.ts';
export type { SimulationRow } from '../../http/routes/simulations.ts';
export type { TaskRow } from '../../http/routes/tasks.ts';
export type {
  TrunkFailureRow,
  TrunkProbesRow,
  TrunkTrial,
  TrunkTrialRow,
  TrunkWatchRow,
} from '../../http/routes/trunk-watch.ts';
export type { UserRow } from '../../http/routes/users.ts';
export type { ViewRow } from '../../http/routes/views.ts';
export type { VoicemailRow } from '../../http/routes/voicemails.ts';
export type { LinkRow, WallRow } from '../../http/routes/wallboards.ts';
export type { DeliveryRow, SentRow, WebhookRow } from '../../http/routes/webhooks.ts';
export type { AudioPeaks } from '../../http/send-audio.ts';
export type { PublicEvent, PublicFacts, QueueGauge } from '../../stream/event-types.ts';
export type { Hello, StreamMessage } from '../../stream/messages.ts';
