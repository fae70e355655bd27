/** Tests of hotlines in virtual time: `import { testHotline } from 'pbx400/testing'`. Works with any test runner. */
export { type HotlineTest, type HotlineTestOptions, testHotline } from './test-hotline.ts';
export { VirtualCaller } from './virtual-caller.ts';
export type { VirtualPhone } from './virtual-phone.ts';
