/** For Node, by `--import`: one app's scripts find another's, as they do where static files are served together. */
import { register } from "node:module";

const hooks = `
  export function resolve(specifier, context, next) {
    return next(specifier, context).catch((error) => {
      const [, app, path] = /\\/static\\/([^/]+)\\/(.+)$/.exec(error.url ?? "") ?? [];
      if (!app) throw error;
      return next(new URL("../../../" + app + "/static/" + app + "/" + path, "${import.meta.url}").href, context);
    });
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
