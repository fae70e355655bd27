import { words } from '../i18n/words.ts';

/** The mark of a call (标记). */
export const flagWords = words(
  'flag',
  {
    flag: '标记',
    flagged: '已标记',
    title: '已标记这通电话',
    intro: '您、班长和质检可在通话记录中按“只看已标记”找到它。',
    reason: '原因（可不填），例如：投诉升级',
    save: '保存原因',
    remove: '取消标记',
    by: '{{by}} 标记于',
    mark: '已标记：{{by}}',
    markWhy: '已标记：{{by}}，{{reason}}',
    only: '只看已标记',
  },
  {
    flag: 'Flag',
    flagged: 'Flagged',
    title: 'This call is flagged',
    intro: 'You, your supervisor and quality staff find it among the calls by “Flagged only”.',
    reason: 'Why (may be left out), such as: complaint',
    save: 'Save the reason',
    remove: 'Remove the flag',
    by: 'Flagged by {{by}} at',
    mark: 'Flagged by {{by}}',
    markWhy: 'Flagged by {{by}}: {{reason}}',
    only: 'Flagged only',
  },
);
