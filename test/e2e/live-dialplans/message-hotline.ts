/** 4001234569: the mailbox, whose greeting changes. */
import { hotline, voicemail } from 'pbx400/dialplan';

export default hotline('4001234569', { flow: voicemail('sales') });
