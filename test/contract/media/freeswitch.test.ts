import { embedded } from '../../support/calling-edges.ts';
import { describeFreeswitch } from './freeswitch-suite.ts';

describeFreeswitch(embedded);
