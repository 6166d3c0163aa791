import type { Plugin } from "esbuild";

/**
 * Of the official Kubernetes client the program uses the module for configuration. What that module imports for other
 * uses (HTTP by undici, generated classes, a second YAML parser, OpenID Connect) is 1.5 MB, and becomes an empty module: see
 * src/outside/kube/kubeconfig/official-user.ts for what is used.
 */
export const onlyConfiguration: Plugin = {
  name: "only-configuration-of-the-official-client",
  setup(builder) {
    builder.onResolve({ filter: unused }, ({ path, importer }) =>
      ofClient.test(importer) ? { path, namespace } : undefined,
    );
    builder.onLoad({ filter: /./, namespace }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

const namespace = "unused";
const ofClient = /[\\/]@kubernetes[\\/]client-node[\\/]dist[\\/][^\\/]+$/;
const unused = /^(?:undici|js-yaml|hpagent|jsonpath-plus|openid-client|\.\/gen\/.+)$/;
