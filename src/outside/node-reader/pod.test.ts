import { expect, test } from "vitest";
import { readByPod } from "../../../test/builders/reading-by-pod.ts";

test("the pod that is made", async () => {
  const { made } = await readByPod();
  expect(JSON.parse(JSON.stringify(made).replace(/reader-[0-9a-f]{10}/, "reader-1"))).toMatchInlineSnapshot(`
    [
      {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
          "annotations": {
            "linkerd.io/inject": "disabled",
            "sidecar.istio.io/inject": "false",
          },
          "labels": {
            "app.kubernetes.io/component": "node-reader",
            "app.kubernetes.io/managed-by": "holdfast",
            "app.kubernetes.io/name": "holdfast",
            "sidecar.istio.io/inject": "false",
          },
          "name": "holdfast-node-reader-1",
          "namespace": "kube-system",
        },
        "spec": {
          "activeDeadlineSeconds": 300,
          "automountServiceAccountToken": false,
          "containers": [
            {
              "command": [
                "holdfast",
                "node-wait",
              ],
              "env": [
                {
                  "name": "HOLDFAST_POD_UID",
                  "valueFrom": {
                    "fieldRef": {
                      "fieldPath": "metadata.uid",
                    },
                  },
                },
              ],
              "image": "holdfast:1",
              "imagePullPolicy": "IfNotPresent",
              "name": "reader",
              "securityContext": {
                "privileged": true,
                "readOnlyRootFilesystem": true,
                "runAsGroup": 0,
                "runAsUser": 0,
              },
              "terminationMessagePolicy": "FallbackToLogsOnError",
              "volumeMounts": [
                {
                  "mountPath": "/run/holdfast",
                  "name": "lease",
                },
              ],
            },
          ],
          "dnsPolicy": "Default",
          "enableServiceLinks": false,
          "hostNetwork": true,
          "hostPID": true,
          "nodeName": "cp",
          "restartPolicy": "Never",
          "tolerations": [
            {
              "operator": "Exists",
            },
          ],
          "volumes": [
            {
              "emptyDir": {
                "medium": "Memory",
                "sizeLimit": "1Mi",
              },
              "name": "lease",
            },
          ],
        },
      },
    ]
  `);
});
