/** 4001234568: the queue, whose agents, limit and survey change. */
import { hotline, play, queue } from 'pbx400/dialplan';

export default hotline('4001234568', { flow: queue('sales', { full: play('busy-agents') }) });
