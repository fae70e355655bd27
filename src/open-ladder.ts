import type { Config } from './config/config.ts';
import type { LadderBoard } from './http/routes/ladders.ts';
import { drawLadder, writeMessages } from './ladder/draw-ladder.ts';
import type { Ladder, LadderLine } from './ladder/ladder.ts';
import { Ladders } from './ladder/ladders.ts';
import { writePcap } from './ladder/write-pcap.ts';
import type { ControlAnswers, ControlRequest } from './provisioning/control/protocol.ts';
import type { Clock } from './shared/clock.ts';
import { PbxError } from './shared/errors.ts';
import { maskedNumber, textShown } from './shared/masked-number.ts';

/** What `pbx400 ladder` asks. */
export interface LadderRequest extends ControlRequest {
  readonly ask: 'ladder';
  readonly callId: string;
  readonly as: 'json' | 'text' | 'pcap';
}

/** The ladder in the form that was asked for; a capture in base64. */
export interface LadderAnswer {
  readonly ladder: Ladder | string;
}

/** The ladders of the running PBX; undefined where the configuration keeps none. */
export function openLadders(
  { sip }: Pick<Config, 'sip'>,
  { clock }: { readonly clock: Clock },
): Ladders | undefined {
  return sip.ladder.calls === 0 ? undefined : new Ladders(sip.ladder, clock);
}

/** The ladder of a call. Throws PbxError `not-found`, with the reason. */
export function ladderOf(
  ladders: Ladders | undefined,
  callId: string,
  includes: (tenantId: string) => boolean = () => true,
): Ladder {
  if (!ladders)
    throw new PbxError('not-found', 'no ladders are kept: sip.ladder.calls of the configuration is 0');
  const ladder = ladders.of(callId, includes);
  if (ladder) return ladder;
  throw new PbxError('not-found', `there is no ladder of call ${callId}, or not any more: see sip.ladder`);
}

/** What `pbx400 ladder` asks for, see `provisioning/control/protocol.ts`. */
export function ladderAnswers(
  ladders: Ladders | undefined,
  { timeZone }: Pick<Config, 'timeZone'>,
): ControlAnswers {
  return {
    ladder: ({ callId, as }: LadderRequest): LadderAnswer => {
      const ladder = ladderOf(ladders, callId);
      switch (as) {
        case 'json':
          return { ladder };
        case 'text':
          return { ladder: drawLadder(ladder, timeZone) };
        case 'pcap':
          return { ladder: writePcap(ladder).toString('base64') };
      }
    },
  };
}

/** The ladders for `GET /calls/{id}/ladder`. */
export function ladderBoard(
  ladders: Ladders | undefined,
  { timeZone }: Pick<Config, 'timeZone'>,
): LadderBoard {
  return {
    of: (callId, scope) => {
      const whole = ladderOf(ladders, callId, (tenant) => scope.includes(tenant));
      const ladder = scope.seesNumbers ? whole : masked(whole);
      const { lines, leftOut } = ladder;
      return {
        json: {
          callId,
          leftOut,
          lines: lines.map((line) => {
            const at = new Date(line.at).toISOString();
            return line.kind === 'event' ? { ...line, at, details: [...line.details] } : { ...line, at };
          }),
        },
        text: (withMessages) =>
          drawLadder(ladder, timeZone) + (withMessages ? `\n${writeMessages(ladder, timeZone)}` : ''),
        pcap: () => writePcap(ladder),
      };
    },
  };
}

/** For who may not see numbers (号码防火墙): whatever stands in a message as a number is masked, ids of digits too. */
function masked(ladder: Ladder): Ladder {
  const show = (text: string) => textShown(text, maskedNumber);
  const line = (each: LadderLine): LadderLine =>
    each.kind === 'event'
      ? {
          ...each,
          leg: show(each.leg),
          details: each.details.map(({ name, value }) => ({ name, value: show(value) })),
          text: show(each.text),
        }
      : {
          ...each,
          leg: show(each.leg),
          firstLine: show(each.firstLine),
          text: show(each.text),
          sipCallId: show(each.sipCallId),
        };
  return { ...ladder, lines: ladder.lines.map(line) };
}
