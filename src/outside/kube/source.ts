import type { KubeSource } from "../../model/kube-source.ts";
import { shownUrl } from "../http/shown-url.ts";
import { discover } from "./discover.ts";
import { execSteps } from "./exec.ts";
import { kubeletPage } from "./kubelet-page.ts";
import { listSteps } from "./list.ts";
import { openApi } from "./openapi.ts";
import { createObject, deleteObject, getObject } from "./objects.ts";
import type { Requests } from "./requests.ts";
import { updateObject } from "./update.ts";
import { watchSteps } from "./watch.ts";

/** What can be asked of an API server, however it is reached. */
export function kubeSource(server: URL, requests: Requests): KubeSource {
  return {
    server: shownUrl(server.href).replace(/\/$/, ""),
    discover: (call) => discover(requests, call),
    openApi: (call) => openApi(requests, call),
    list: (kind, options) => listSteps(requests, kind, options),
    get: (kind, object, call) => getObject(requests, kind, object, call),
    watch: (kind, from, options = {}) => watchSteps(requests, kind, from, options),
    create: (kind, namespace, object, call) => createObject(requests, kind, namespace, object, call),
    update: (kind, replaced, object, options) => updateObject(requests, kind, replaced, object, options),
    delete: (kind, object, call) => deleteObject(requests, kind, object, call),
    exec: (pod, options) => execSteps(requests, pod, options),
    kubeletPage: (node, page, call) => kubeletPage(requests, node, page, call),
  };
}
