export type { MailboxConfig as Mailbox } from '../../config/config.ts';
