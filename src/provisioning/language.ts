import Type from 'typebox';

/** A language that prompts are recorded in (BCP 47): the name of a folder of prompts. */
export const language = Type.String({
  pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
  hint: 'a language such as zh-CN, en or yue',
});
