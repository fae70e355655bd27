import type { Bar } from '../../call/call-events.ts';
import type { CauseSlug } from '../../shared/cause.ts';
import { asError } from '../../shared/errors.ts';
import type { Hotline } from '../node/hotline.ts';
import type { Passage } from '../node/node-kind.ts';
import type { Flow } from '../node/tree.ts';
import { matchCaller } from '../plan/caller-match.ts';
import type { Plan } from '../plan/plan.ts';
import { CallEndedError, type FlowCall } from './flow-call.ts';
import { type DialplanState, FlowRun } from './flow-run.ts';
import { runFlow } from './run-flow.ts';
import type { FlowFunction } from './script-call.ts';
import { SCRIPT_TIMEOUT_MS, WatchedCall } from './watched-call.ts';

/** Prompts of the engine itself; left out when the catalogue lacks them. */
const SORRY = 'error';
const GOODBYE = 'goodbye';

/**
 * Takes a call through its hotline, from the blacklist to the last word. Never rejects: errors of the plan end in
 * the hotline's `otherwise`, with the stack in the log; when the caller hangs up it just returns. `canary`: why a version that is
 * tried takes the call.
 */
export async function runHotline(
  plan: Plan,
  call: FlowCall,
  state: DialplanState,
  canary?: string,
): Promise<void> {
  const run = new FlowRun(call, plan, state);
  run.counters.calls++;
  try {
    await finish(await guarded(run, canary), run);
  } catch (error) {
    // The way out failed as well: nothing of the plan is left to try.
    report(error, run, 'the default branch of the hotline failed');
    await call.hangup('dialplan-error').catch((reason) => report(reason, run, 'the call could not be ended'));
  } finally {
    run.counters.calls--;
    run.counters.peaks.set(run.counters.calls);
  }
}

/** Before the answer, without a wait: who calls, from where, may they, and how do they come in. */
function takeCall(run: FlowRun, canary: string | undefined): Promise<Passage> {
  const { call, caller } = run;
  const { number, version } = run.plan;
  call.routed(number, version);
  if (canary !== undefined) call.step('canary', canary);
  call.variables.set('called', call.called).set('hotline', number);
  call.located(caller.area.name, caller.carrier);
  const refusal = refuse(run);
  if (!refusal) run.counters.peaks.set(run.counters.calls);
  if (refusal) {
    call.step(refusal.step, refusal.why);
    call.barred(refusal.step);
    return typeof refusal.way === 'string' ? endWith(refusal.way, run) : follow(refusal.way, run);
  }
  const vip = run.plan.hotline.vip;
  const why = vip && matchCaller(vip.who, caller, run.lists, run.plan.tenant, run.nowMs);
  if (vip && why !== undefined) {
    run.priority = vip.priority ?? 10;
    call.step('vip', why);
    if (vip.flow) return enter(vip.flow, run);
  }
  return enter(run.plan.hotline.flow, run);
}

interface Refusal {
  readonly step: Bar;
  readonly why: string;
  /** Cause to end the call with, or the flow to take instead. */
  readonly way: CauseSlug | Flow;
}

function refuse(run: FlowRun): Refusal | undefined {
  const { hotline, tenant } = run.plan;
  const now = run.nowMs;
  const allowed = hotline.allow && matchCaller(hotline.allow, run.caller, run.lists, tenant, now);
  if (allowed !== undefined) run.call.step('whitelist', allowed);
  else {
    const reported = run.state.nuisance(tenant, run.caller.number);
    if (reported !== undefined) return { step: 'blacklist', why: reported, way: blockedThen(hotline) };
    const blocked = hotline.block && matchCaller(hotline.block, run.caller, run.lists, tenant, now);
    if (blocked !== undefined) return { step: 'blacklist', why: blocked, way: blockedThen(hotline) };
    if (hotline.block) run.call.step('blacklist → passed', 'the caller is not on it');
    if (hotline.admit === 'allowed') {
      return { step: 'whitelist', why: 'not on the whitelist', way: blockedThen(hotline) };
    }
    const limit = hotline.limit;
    if (limit && !run.counters.rates.admit(run.caller.number, now, limit.calls, limit.perMs)) {
      const why = `more than ${limit.calls} calls in ${Math.round(limit.perMs / 1000)} s`;
      return { step: 'limit', why, way: limit.otherwise ?? 'busy' };
    }
  }
  if (hotline.channels !== undefined && run.counters.calls > hotline.channels) {
    return { step: 'channels', why: `${hotline.channels} calls are in progress`, way: 'channel-limit' };
  }
  return undefined;
}

function blockedThen({ blocked }: Hotline): CauseSlug | Flow {
  if (blocked === 'busy') return 'busy';
  return blocked === undefined || blocked === 'reject' ? 'blacklisted' : blocked;
}

async function endWith(cause: CauseSlug, run: FlowRun): Promise<Passage> {
  await run.call.hangup(cause);
  return 'settled';
}

/** 企业彩铃 first, then the flow. */
function enter(flow: Hotline['flow'], run: FlowRun): Promise<Passage> {
  const { ringback } = run.plan.hotline;
  return ringback ? playRingback(ringback, run).then(() => begin(flow, run)) : begin(flow, run);
}

async function playRingback({ when, prompt }: NonNullable<Hotline['ringback']>, run: FlowRun): Promise<void> {
  const { call } = run;
  call.step('ringback', when);
  await (when === 'before-answer' ? call.earlyMedia({ ringback: prompt }) : call.answer());
  await call.play(prompt);
}

function begin(flow: Hotline['flow'], run: FlowRun): Promise<Passage> {
  return typeof flow === 'function' ? functionFlow(flow, run) : follow(flow, run);
}

/** Runs a flow that is a function. */
async function functionFlow(flow: FlowFunction, run: FlowRun): Promise<Passage> {
  const limitMs = run.plan.hotline.flowTimeoutMs ?? SCRIPT_TIMEOUT_MS;
  const watched = new WatchedCall(run, flow.name || 'flow', limitMs);
  await watched.run(flow);
  return watched.passage;
}

/** Takes a flow and those it goes on with. */
async function follow(flow: Flow, run: FlowRun): Promise<Passage> {
  let passage = await runFlow(flow, run);
  while (typeof passage === 'object') {
    const next = run.plan.flow(passage.goto);
    if (!next) return 'next';
    passage = await runFlow(next, run);
  }
  return passage;
}

/** The passage of the call; when the plan fails the caller hears so and goes on with `otherwise`. */
async function guarded(run: FlowRun, canary: string | undefined): Promise<Passage> {
  try {
    return await takeCall(run, canary);
  } catch (error) {
    if (hasEnded(error, run)) return 'settled';
    report(error, run, 'the flow failed');
    run.call.step('failed → otherwise', asError(error).message);
    run.unserved = 'dialplan-error';
    run.startOver();
    await run.say(SORRY);
    return 'next';
  }
}

/** Brings a call to its end: the survey after a talk, the default branch for a caller who was not served. */
async function finish(passage: Passage, run: FlowRun): Promise<void> {
  const { hotline } = run.plan;
  let last = passage;
  run.call.entered?.(hotline, undefined);
  if (last === 'next' && hotline.otherwise) {
    run.call.step('otherwise', 'the flow has nothing more to do');
    last = await follow(hotline.otherwise, run);
  }
  if (last === 'next') await run.say(GOODBYE);
  run.call.entered?.(hotline, undefined);
  const survey = last === 'served' ? (hotline.afterTalk?.survey ?? run.queueSurvey) : undefined;
  if (survey !== undefined) await run.call.survey(survey);
  if (!run.call.ended) await run.call.hangup(last === 'next' ? run.unserved : 'normal');
}

function hasEnded(error: unknown, run: FlowRun): boolean {
  return error instanceof CallEndedError || (run.call.ended && asError(error).name === 'AbortError');
}

function report(error: unknown, run: FlowRun, what: string): void {
  if (hasEnded(error, run)) return;
  const { message, stack } = asError(error);
  run.state.logger.error({ callId: run.call.id, hotline: run.plan.number, error: message, stack }, what);
}
