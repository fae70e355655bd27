import KeyOutlined from '@ant-design/icons/es/icons/KeyOutlined';
import LogoutOutlined from '@ant-design/icons/es/icons/LogoutOutlined';
import MenuOutlined from '@ant-design/icons/es/icons/MenuOutlined';
import MoonOutlined from '@ant-design/icons/es/icons/MoonOutlined';
import NodeIndexOutlined from '@ant-design/icons/es/icons/NodeIndexOutlined';
import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import TranslationOutlined from '@ant-design/icons/es/icons/TranslationOutlined';
import UserOutlined from '@ant-design/icons/es/icons/UserOutlined';
import { Button, Drawer, Dropdown, Select, Tooltip } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Link, NavLink, Route, Routes, useNavigate } from 'react-router';
import { AlarmBell } from '../alarm/alarm-bell.tsx';
import { SupervisorMessages } from '../alarm/supervisor-messages.tsx';
import { useMay, useSession, useSigning } from '../api/session.tsx';
import { PhoneBar } from '../desk/bar/phone-bar.tsx';
import { DeskProvider } from '../desk/desk-provider.tsx';
import { useLanguage, useSay } from '../i18n/language.tsx';
import icon from '../icon.svg';
import { dateOf } from '../kit/format.ts';
import { ariaKeys } from '../kit/keys.ts';
import { Empty, Loading, NoRight } from '../kit/states.tsx';
import { useKeyActs, useKeys } from '../kit/use-keys.ts';
import { LOOKS, useLook } from '../look.tsx';
import { Home } from '../page/setup/home.tsx';
import { PAGES, type Page } from '../pages.tsx';
import { callIn } from '../tester/call-asked.ts';
import { openTester, useTesterState } from '../tester/tester-store.ts';
import { LanguageButton, LookButton } from './choices.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { type Command, Palette } from './palette.tsx';
import { StreamProvider, useStream } from './stream-provider.tsx';
import { shellWords } from './words.ts';
import './shell.css';

const NumberTester = lazy(() => import('../tester/number-tester.tsx'));

/** What stands around every page. */
export default function Shell() {
  return (
    <StreamProvider>
      <DeskProvider>
        <Frame />
      </DeskProvider>
    </StreamProvider>
  );
}

/** Pages that somebody may see. */
function useOwnPages(): readonly Page[] {
  const { may, me } = useSession();
  const isAgent = Boolean(me.user?.agent);
  return useMemo(
    () =>
      PAGES.filter(
        ({ needs, isForAgents }) => (needs === undefined || needs.some(may)) && (!isForAgents || isAgent),
      ),
    [may, isAgent],
  );
}

function Frame() {
  const say = useSay(shellWords);
  const pages = useOwnPages();
  const { state } = useStream();
  const [open, setOpen] = useState<'menu' | 'palette' | 'help'>();
  const close = () => setOpen(undefined);
  const mayTest = useMay('simulation:create');
  const isTesting = useTesterState().open !== undefined && mayTest;
  useKeyActs({
    palette: () => setOpen('palette'),
    shortcuts: () => setOpen('help'),
    tester: mayTest ? () => openTester() : undefined,
  });
  return (
    <div className={`shell${state === 'lost' ? ' is-lost' : ''}`}>
      <a className="skip" href="#main">
        {say('skip')}
      </a>
      <Bar
        openMenu={() => setOpen('menu')}
        openPalette={() => setOpen('palette')}
        openHelp={() => setOpen('help')}
      />
      <PhoneBar />
      <nav className="menu" aria-label={say('main')}>
        <Links pages={pages} />
      </nav>
      <div className="main">
        {state === 'lost' && <Lost />}
        <main className="main-page" id="main" tabIndex={-1}>
          <Suspense fallback={<Loading />}>
            <Views pages={pages} />
          </Suspense>
        </main>
      </div>
      <Drawer open={open === 'menu'} placement="left" size={264} onClose={close} title={say('main')}>
        <nav aria-label={say('main')}>
          <Links pages={pages} chosen={close} />
        </nav>
      </Drawer>
      {open === 'palette' && <Commands pages={pages} close={close} openHelp={() => setOpen('help')} />}
      {open === 'help' && <KeyboardHelp close={close} />}
      {isTesting && (
        <Suspense>
          <NumberTester />
        </Suspense>
      )}
    </div>
  );
}

function Views({ pages }: { readonly pages: readonly Page[] }) {
  const say = useSay(shellWords);
  const first = pages.find(({ isAside }) => !isAside) ?? pages[0];
  const none = (
    <Empty isPage icon={<KeyOutlined />} title={say('noPages')}>
      {say('noPagesDetail')}
    </Empty>
  );
  const home = (
    <Link to="/">
      <Button type="primary" tabIndex={-1}>
        {say('home')}
      </Button>
    </Link>
  );
  return (
    <Routes>
      <Route index element={first ? <Home first={first.path} /> : none} />
      {pages.map(({ key, path, View }) => (
        <Route key={key} path={`${path}/*`} element={<View />} />
      ))}
      {PAGES.filter((page) => !pages.includes(page)).map(({ key, path }) => (
        <Route key={key} path={`${path}/*`} element={<NoRight isPage />} />
      ))}
      <Route
        path="*"
        element={
          <Empty isPage icon={<SearchOutlined />} title={say('notFound')} act={home}>
            {say('notFoundDetail')}
          </Empty>
        }
      />
    </Routes>
  );
}

function Links({ pages, chosen }: { readonly pages: readonly Page[]; readonly chosen?: () => void }) {
  const say = useSay(shellWords);
  return pages
    .filter(({ isAside }) => !isAside)
    .map(({ key, path, icon: pageIcon, Count }) => (
      <NavLink key={key} to={path} className="menu-link" {...(chosen && { onClick: chosen })}>
        {pageIcon}
        {say(key)}
        {Count && <Count />}
      </NavLink>
    ));
}

interface BarProps {
  readonly openMenu: () => void;
  readonly openPalette: () => void;
  readonly openHelp: () => void;
}

function Bar({ openMenu, openPalette, openHelp }: BarProps) {
  const say = useSay(shellWords);
  const { palette, tester } = useKeys();
  const mayTest = useMay('simulation:create');
  const { me } = useSession();
  const { signOut } = useSigning();
  const navigate = useNavigate();
  const name = me.user?.name || me.user?.login || me.principal;
  const items = [
    { key: 'settings', icon: <UserOutlined />, label: say('settings'), onClick: () => navigate('/settings') },
    { key: 'help', icon: <KeyOutlined />, label: say('help'), onClick: openHelp },
    { type: 'divider' as const },
    { key: 'out', icon: <LogoutOutlined />, label: say('signOut'), onClick: () => void signOut() },
  ];
  return (
    <header className="bar">
      <Button
        className="bar-menu"
        type="text"
        icon={<MenuOutlined />}
        aria-label={say('openMenu')}
        onClick={openMenu}
      />
      <Link className="bar-brand" to="/">
        <img src={icon} alt="" />
        <span className="bar-name">pbx400</span>
      </Link>
      <CompanyChoice />
      <span className="bar-space" />
      <Button className="bar-search" onClick={openPalette} aria-keyshortcuts={ariaKeys(palette)}>
        <SearchOutlined />
        <span className="wide bar-search-word">{say('palette')}</span>
        <kbd className="wide">{palette}</kbd>
      </Button>
      {mayTest && (
        <Tooltip title={`${say('tester')} (${tester})`}>
          <Button
            type="text"
            icon={<NodeIndexOutlined />}
            aria-label={say('tester')}
            aria-keyshortcuts={ariaKeys(tester)}
            onClick={() => openTester()}
          />
        </Tooltip>
      )}
      <AlarmBell />
      <SupervisorMessages />
      <LanguageButton />
      <LookButton />
      <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight" autoFocus>
        <Button type="text" icon={<UserOutlined />} aria-label={say('account', { name })}>
          <span className="bar-name">{name}</span>
        </Button>
      </Dropdown>
    </header>
  );
}

/** The company that is looked at; to choose for who sees several. */
function CompanyChoice() {
  const say = useSay(shellWords);
  const { company, companies, choose } = useSession();
  if (companies.length < 2) return <span className="bar-company faint">{companies[0]?.title ?? ''}</span>;
  return (
    <Select
      className="bar-company"
      variant="filled"
      value={company ?? null}
      onChange={choose}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      aria-label={say('companyOf')}
      options={companies.map(({ name, title }) => ({ value: name, label: title }))}
    />
  );
}

/** The stream is down: what is shown may be old. */
function Lost() {
  const say = useSay(shellWords);
  const { retry } = useStream();
  return (
    <div className="lost" role="alert">
      <span>{say('lost')}</span>
      <Button size="small" onClick={retry}>
        {say('reconnect')}
      </Button>
    </div>
  );
}

interface CommandsProps {
  readonly pages: readonly Page[];
  readonly close: () => void;
  readonly openHelp: () => void;
}

function Commands({ pages, close, openHelp }: CommandsProps) {
  const say = useSay(shellWords);
  const navigate = useNavigate();
  const { language, speak } = useLanguage();
  const { choose } = useLook();
  const { signOut } = useSigning();
  const { zone } = useSession();
  const mayTest = useMay('simulation:create');
  const commands: readonly Command[] = [
    ...pages.map(({ key, path, icon: pageIcon }) => ({
      key,
      icon: pageIcon,
      title: say('goTo', { page: say(key) }),
      run: () => void navigate(path),
    })),
    ...(mayTest
      ? [{ key: 'tester', icon: <NodeIndexOutlined />, title: say('tester'), run: () => openTester() }]
      : []),
    {
      key: 'language',
      icon: <TranslationOutlined />,
      title: say('otherLanguage'),
      run: () => speak(language === 'en' ? 'zh-CN' : 'en'),
    },
    ...LOOKS.map((look) => ({
      key: look,
      icon: <MoonOutlined />,
      title: say('look', { look: say(look) }),
      run: () => choose(look),
    })),
    { key: 'help', icon: <KeyOutlined />, title: say('help'), run: openHelp },
    { key: 'out', icon: <LogoutOutlined />, title: say('signOut'), run: () => void signOut() },
  ];
  const canFind = pages.some(({ key }) => key === 'calls');
  const withText = (text: string): readonly Command[] => {
    const call = mayTest ? callIn(text, dateOf(Date.now(), zone)) : undefined;
    const find: Command = {
      key: 'find',
      icon: <SearchOutlined />,
      title: say('findCalls', { text }),
      run: () => void navigate(`/calls?q=${encodeURIComponent(text)}`),
    };
    const test: Command = {
      key: 'test',
      icon: <NodeIndexOutlined />,
      title: say('testCall', { text }),
      run: () => openTester(call && { call }),
    };
    // A sentence is a call to try; a number alone is looked for first.
    const isSentence = call !== undefined && /\s|\D{2}/.test(text);
    return [
      ...(isSentence ? [test] : []),
      ...(canFind ? [find] : []),
      ...(call && !isSentence ? [test] : []),
    ];
  };
  return <Palette commands={commands} withText={withText} close={close} />;
}
