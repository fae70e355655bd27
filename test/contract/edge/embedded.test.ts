import { describeEdge } from './edge-suite.ts';
import { EmbeddedWorld } from './embedded-world.ts';

describeEdge('embedded over UDP', () => new EmbeddedWorld('udp'));
describeEdge('embedded over TCP', () => new EmbeddedWorld('tcp'));
