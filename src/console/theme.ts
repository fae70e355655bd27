/** What antd makes of the tokens. */
import type { ThemeConfig } from 'antd';
import compactAlgorithm from 'antd/es/theme/themes/compact';
import darkAlgorithm from 'antd/es/theme/themes/dark';
import defaultAlgorithm from 'antd/es/theme/themes/default';
import { CODE_FONT, FONT, type Mode, TOKENS, type Tone } from './tokens.ts';

/** antd's theme of our tokens. */
export function antdTheme(mode: Mode, isStill: boolean): ThemeConfig {
  const { page, card, hover, chosen, line, ink, faint, accent, tones } = TOKENS[mode];
  const border = mode === 'dark' ? '#414750' : '#c9ced6';
  return {
    algorithm: mode === 'dark' ? darkAlgorithm : defaultAlgorithm,
    token: {
      colorPrimary: accent,
      colorLink: accent,
      colorInfo: accent,
      colorSuccess: tones.green.ink,
      colorWarning: tones.amber.ink,
      colorError: tones.red.ink,
      // What antd would make of the inks is drab.
      ...groundsOf('Success', tones.green),
      ...groundsOf('Warning', tones.amber),
      ...groundsOf('Error', tones.red),
      ...groundsOf('Info', tones.blue),
      colorBgLayout: page,
      colorBgContainer: card,
      colorBgElevated: card,
      colorText: ink,
      colorTextSecondary: faint,
      colorTextTertiary: faint,
      colorTextDescription: faint,
      colorTextPlaceholder: faint,
      colorBorder: border,
      colorBorderSecondary: line,
      colorPrimaryBg: chosen,
      controlItemBgHover: hover,
      controlItemBgActive: chosen,
      ...(mode === 'dark' && { colorTextLightSolid: '#10131a' }),
      fontFamily: FONT,
      fontFamilyCode: CODE_FONT,
      fontSize: 14,
      lineHeight: 22 / 14,
      borderRadius: 6,
      borderRadiusLG: 6,
      borderRadiusSM: 4,
      boxShadow: 'none',
      motionDurationFast: '0.08s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.15s',
      motion: !isStill,
      wireframe: false,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      Drawer: { paddingLG: 16 },
      // Over a page, a bar and a drawer it stands off by a hairline.
      Message: { boxShadow: `0 0 0 1px ${border}`, contentBg: mode === 'dark' ? hover : card },
    },
  };
}

/** Ground and border of alerts. */
const groundsOf = (name: 'Success' | 'Warning' | 'Error' | 'Info', { ink, ground }: Tone) => ({
  [`color${name}Bg`]: ground,
  [`color${name}Border`]: `${ink}59`,
});

/** The denser one, of tables and bars of filters. */
export function compactTheme(mode: Mode, isStill: boolean): ThemeConfig {
  const theme = antdTheme(mode, isStill);
  return { ...theme, algorithm: [theme.algorithm as typeof defaultAlgorithm, compactAlgorithm] };
}
