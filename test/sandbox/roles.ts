/** Kaneo's roles: what each may do, on top of better-auth's own statements. */
import { createAccessControl } from "better-auth/plugins/access";
import {
  adminAc,
  defaultStatements,
  memberAc,
  ownerAc,
} from "better-auth/plugins/organization/access";

const statements = {
  ...defaultStatements,
  project: ["create", "read", "update", "delete", "share"],
  task: ["create", "read", "update", "delete", "assign"],
  label: ["create", "read", "update", "delete"],
  workspace: ["read", "update", "delete", "manage_settings"],
} as const;

export const accessControl = createAccessControl(statements);

const { project, task, label, workspace } = statements;

export const owner = accessControl.newRole({
  ...ownerAc.statements,
  project,
  task,
  label,
  workspace,
});

/** The roles that every workspace starts with as editable rows. */
export const defaultRoles = {
  viewer: {
    ...memberAc.statements,
    project: ["read"],
    task: ["read"],
    label: ["read"],
    workspace: ["read"],
  },
  member: {
    ...memberAc.statements,
    project: ["create", "read"],
    task: ["create", "read", "update"],
    label,
    workspace: ["read"],
  },
  admin: {
    ...adminAc.statements,
    project,
    task,
    label,
    workspace: ["read", "update", "manage_settings"],
  },
};
