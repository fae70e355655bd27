import { words } from '../../i18n/words.ts';

export const chooseWords = words(
  'choose',
  {
    choose: '选择 {{name}}',
    chooseAll: '选择符合条件的全部行',
    chosen: '已选 {{n}} 行',
    all: '选择全部符合条件的',
    reading: '正在读取，已选 {{n}} 行',
    tooMany: '一次最多选择 {{n}} 行',
    none: '取消选择',
    hint: '按住 Shift 点选一段；键盘：Shift+空格选择，Shift+↑↓ 连选',
  },
  {
    choose: 'Choose {{name}}',
    chooseAll: 'Choose all rows that fit',
    chosen: '{{n}} chosen',
    all: 'Choose all that fit',
    reading: 'Reading: {{n}} chosen',
    tooMany: '{{n}} rows at most',
    none: 'Choose none',
    hint: 'Shift and a click chooses a range; by keys: Shift+Space, Shift+↑↓',
  },
);
