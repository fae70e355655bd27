import SettingOutlined from '@ant-design/icons/es/icons/SettingOutlined';
import { Select } from 'antd';
import { lazy, Suspense } from 'react';
import { Navigate, NavLink, Route, Routes, useNavigate, useParams } from 'react-router';
import { useSession } from '../../api/session.tsx';
import type { KindRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { useKinds, useWords } from '../../kit/entity/kinds.ts';
import { Empty, Failed, Loading, NoRight } from '../../kit/states.tsx';
import { capital } from './capital.ts';
import { EntityList } from './entity-list.tsx';
import { type Group, groupsOf } from './groups.ts';
import { ownPages } from './own-pages.ts';
import { adminWords } from './words.ts';
import './admin.css';

const ChecklistLink = lazy(() => import('../setup/checklist-link.tsx'));

/** Administration (管理): a page for each kind of what companies set up, and those for people, access and the system. */
export default function Admin() {
  const kinds = useKinds();
  const { me } = useSession();
  if (kinds.isPending) return <Loading lines={10} />;
  if (kinds.isError) return <Failed error={kinds.error} retry={() => void kinds.refetch()} />;
  const groups = groupsOf(kinds.data, me);
  const first = groups[0]?.pages[0];
  if (!first) return <NoRight />;
  return (
    <div className="admin">
      <Contents groups={groups} />
      <div className="admin-page">
        <Routes>
          <Route index element={<Navigate to={`/admin${first.path}`} replace />} />
          {ownPages(me).map(({ path, View }) => (
            <Route
              key={path}
              path={`${path.slice(1)}/*`}
              element={
                <Suspense fallback={<Loading lines={10} />}>
                  <View />
                </Suspense>
              }
            />
          ))}
          <Route path=":kind/*" element={<OfKind kinds={kinds.data} />} />
        </Routes>
      </div>
    </div>
  );
}

function OfKind({ kinds }: { readonly kinds: readonly KindRow[] }) {
  const say = useSay(adminWords);
  const { kind: named } = useParams();
  const kind = kinds.find(({ path }) => path === `/${named}`);
  if (kind) return <EntityList key={kind.kind} kind={kind} />;
  return (
    <Empty icon={<SettingOutlined />} title={say('noKind')}>
      {say('noKindText')}
    </Empty>
  );
}

/** What there is, by groups: beside the page, or above it where it is narrow. */
function Contents({ groups }: { readonly groups: readonly Group[] }) {
  const say = useSay(adminWords);
  const speak = useWords();
  const navigate = useNavigate();
  const { '*': rest = '' } = useParams();
  const current = `/${rest.split('/')[0]}`;
  return (
    <>
      <nav className="admin-contents" aria-label={say('kinds')}>
        <Suspense>
          <ChecklistLink />
        </Suspense>
        {groups.map(({ name, pages }) => (
          <section key={name} aria-labelledby={`admin-${name}`}>
            <h2 className="small faint" id={`admin-${name}`}>
              {say(name)}
            </h2>
            {pages.map(({ path, title }) => (
              <NavLink key={path} to={`/admin${path}`} className="menu-link">
                {capital(speak(title))}
              </NavLink>
            ))}
          </section>
        ))}
      </nav>
      <Select
        className="admin-choice"
        aria-label={say('kinds')}
        value={current}
        onChange={(path: string) => void navigate(`/admin${path}`)}
        options={groups.map(({ name, pages }) => ({
          label: say(name),
          title: say(name),
          options: pages.map(({ path, title }) => ({ value: path, label: capital(speak(title)) })),
        }))}
      />
    </>
  );
}
