/** Language and look: buttons in the bar, and before sign-in. */
import DesktopOutlined from '@ant-design/icons/es/icons/DesktopOutlined';
import MoonOutlined from '@ant-design/icons/es/icons/MoonOutlined';
import SunOutlined from '@ant-design/icons/es/icons/SunOutlined';
import TranslationOutlined from '@ant-design/icons/es/icons/TranslationOutlined';
import { Button, Tooltip } from 'antd';
import { useLanguage, useSay } from '../i18n/language.tsx';
import { LOOKS, useLook } from '../look.tsx';
import { shellWords } from './words.ts';

export function LanguageButton() {
  const { language, speak } = useLanguage();
  const say = useSay(shellWords);
  return (
    <Tooltip title={say('otherLanguage')}>
      <Button
        type="text"
        icon={<TranslationOutlined />}
        aria-label={say('otherLanguage')}
        lang={language === 'en' ? 'zh-CN' : 'en'}
        onClick={() => speak(language === 'en' ? 'zh-CN' : 'en')}
      />
    </Tooltip>
  );
}

const LOOK_ICONS = { system: <DesktopOutlined />, light: <SunOutlined />, dark: <MoonOutlined /> };

/** Goes round the looks. */
export function LookButton() {
  const { look, choose } = useLook();
  const say = useSay(shellWords);
  const title = say('look', { look: say(look) });
  const next = LOOKS[(LOOKS.indexOf(look) + 1) % LOOKS.length]!;
  return (
    <Tooltip title={title}>
      <Button type="text" icon={LOOK_ICONS[look]} aria-label={title} onClick={() => choose(next)} />
    </Tooltip>
  );
}
