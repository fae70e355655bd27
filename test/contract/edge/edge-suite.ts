import { describeBeside } from '../../support/describe-beside.ts';
import { describeAttendedTransfer } from './attended-transfer.ts';
import { describeDrainAndClose } from './drain-and-close.ts';
import type { OpenWorld } from './edge-fixture.ts';
import { describeInConversation } from './in-conversation.ts';
import { describeIncomingCalls } from './incoming-calls.ts';
import { describeOutgoingCalls } from './outgoing-calls.ts';
import { describeOutsideCalls } from './outside-calls.ts';
import { describeReliableProvisional } from './reliable-provisional.ts';

/** What every engine of the port SipEdge must do; a promise that an engine cannot keep is skipped with the reason. */
export function describeEdge(engine: string, open: OpenWorld): void {
  describeBeside(undefined, `SipEdge ${engine}`, () => {
    describeIncomingCalls(open);
    describeOutgoingCalls(open);
    describeInConversation(open, 'in');
    describeInConversation(open, 'out');
    describeAttendedTransfer(open);
    describeReliableProvisional(open);
    describeOutsideCalls(open);
    describeDrainAndClose(open);
  });
}
