import { COMMIT_ROUTES } from './commit-routes.ts';
import { DISCUSSION_ROUTES } from './discussion-routes.ts';
import { GIT_ROUTES } from './git-routes.ts';
import type { Route } from './route.ts';

/** The operations that the double serves, and with what a token has to come for each. The description is cut to exactly these. */
export const ROUTES: readonly Route[] = [...COMMIT_ROUTES, ...GIT_ROUTES, ...DISCUSSION_ROUTES];
