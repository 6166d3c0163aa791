import type { DefaultPort, Program } from "./images.ts";

/**
 * Programs that run on the host's network and listen where their pods do not say so. A new one is added with the file in which its
 * default was read, at a commit. What a program is told in a file of its own is not read: the default stands, and is the
 * weakest of claims.
 */
export const programs: readonly Program[] = [
  {
    images: ["livenessprobe"],
    source: "kubernetes-csi/livenessprobe e60f18af93f5, cmd/livenessprobe/main.go",
    defaults: [{ port: 9808, unless: ["health-port", "http-endpoint"] }],
  },
  {
    images: ["prometheus/node-exporter", "node-exporter"],
    source: "prometheus/node_exporter a7dcc3a01545, node_exporter.go",
    defaults: [{ port: 9100, unless: ["web-listen-address"] }],
  },
  {
    images: ["blackbox-exporter"],
    source: "prometheus/blackbox_exporter e39d7d415684, main.go",
    defaults: [{ port: 9115, unless: ["web-listen-address"] }],
  },
  {
    images: ["kubereboot/kured"],
    source: "kubereboot/kured 51220cc778a4, cmd/kured/main.go",
    defaults: [{ port: 8080, unless: ["metrics-port"] }],
  },
  {
    images: ["kube-vip/kube-vip", "plndr/kube-vip"],
    source: "kube-vip/kube-vip bee5cfe4a249, cmd/kube-vip.go",
    defaults: [{ port: 2112, unless: ["prometheus-server", "prometheus-httpserver"] }],
    own: { "prometheus-server": { listens: "address" }, "prometheus-httpserver": { listens: "address" } },
  },
  {
    images: ["metallb/speaker"],
    source: "metallb/metallb 7938d3f89b8b, speaker/main.go",
    defaults: [
      { port: 9120, unless: ["port"] },
      { port: 17_472, address: loopback(), unless: ["health-probe-port"] },
    ],
    own: { "health-probe-port": { listens: "port", address: loopback() } },
  },
  {
    images: ["metallb/frr-k8s"],
    word: "frr-k8s",
    source: "metallb/frr-k8s 43dd6d6bbf4a, cmd/frr-k8s-controller/main.go",
    defaults: [
      { port: 9140, unless: ["metrics-bind-address"] },
      { port: 7572, address: loopback(), unless: ["health-probe-bind-address"] },
    ],
  },
  {
    images: ["ingress-nginx/controller"],
    source: "kubernetes/ingress-nginx dbb11b92ddb7, pkg/flags/flags.go, rootfs/etc/nginx/template/nginx.tmpl",
    defaults: [
      { port: 80, unless: ["http-port"] },
      { port: 443, unless: ["https-port"] },
      { port: 8181, unless: ["default-server-port"] },
      { port: 10_254, unless: ["healthz-port"] },
      { port: 10_246, address: loopback(), unless: ["status-port"] },
      { port: 10_247, address: loopback(), unless: ["stream-port"] },
      { port: 10_245, address: loopback(), unless: ["profiler-port"], off: { name: "profiling", is: ["false"] } },
    ],
    own: {
      "validating-webhook": { listens: "address" },
      "default-server-port": { listens: "port" },
      "status-port": { listens: "port", address: loopback() },
      "stream-port": { listens: "port", address: loopback() },
      "profiler-port": { listens: "port", address: loopback() },
    },
  },
  {
    images: ["jcmoraisjr/haproxy-ingress"],
    source:
      "jcmoraisjr/haproxy-ingress 465a51ce67a7, pkg/converters/ingress/defaults.go, pkg/controller/config/options.go",
    defaults: [
      { port: 80 },
      { port: 443 },
      { port: 1936 },
      { port: 10_253 },
      { port: 10_254, unless: ["healthz-addr", "healthz-port"] },
    ],
  },
  {
    images: ["haproxytech/kubernetes-ingress"],
    source: "haproxytech/kubernetes-ingress fc1206761aa7, pkg/utils/flags.go, pkg/controller/builder.go",
    defaults: [
      { port: 8080, unless: ["http-bind-port"] },
      { port: 8443, unless: ["https-bind-port"] },
      { port: 1024, unless: ["stats-bind-port"] },
      { port: 1042, unless: ["healthz-bind-port"] },
      { port: 6060, unless: ["controller-port"] },
      { port: 6061, unless: ["default-backend-port", "default-backend-service"] },
      { port: 10_000, address: "node", unless: ["localpeer-port"] },
    ],
    own: {
      "controller-port": { listens: "port" },
      "default-backend-port": { listens: "port" },
      "localpeer-port": { listens: "port", address: "node" },
    },
  },
  {
    images: ["traefik", "traefik/traefik"],
    source: "traefik/traefik fd5a576df2e8, pkg/config/static/static_config.go",
    defaults: [{ port: 80, unless: ["entry-points-web-address"] }],
  },
  {
    images: ["calico/node"],
    source: "projectcalico/calico 87c15906f20c, felix/config/config_params.go",
    defaults: [
      { port: 9099, address: loopback(), unless: ["felix-healthport"], only: isTrue("felix-healthenabled") },
      { port: 9091, unless: ["felix-prometheusmetricsport"], only: isTrue("felix-prometheusmetricsenabled") },
      { port: 179, only: { name: "calico-networking-backend", is: ["bird"] } },
    ],
    own: { "felix-healthport": { listens: "port" }, "felix-prometheusmetricsport": { listens: "port" } },
  },
  {
    images: ["calico/typha"],
    source: "projectcalico/calico 87c15906f20c, typha/pkg/config/config_params.go",
    ...typha(),
  },
  {
    images: ["calico/calico"],
    word: "typha",
    source: "projectcalico/calico 87c15906f20c, typha/pkg/config/config_params.go",
    ...typha(),
  },
  {
    images: ["cloudnativelabs/kube-router"],
    source: "cloudnativelabs/kube-router 7c2c2779e397, pkg/options/options.go",
    defaults: [
      { port: 20_244, unless: ["health-port"], addressBy: "health-addr" },
      { port: 179, address: "node", unless: ["bgp-port"], off: { name: "run-router", is: ["false"] } },
      { port: 50_051, address: loopback(), unless: ["gobgp-admin-port"], off: { name: "run-router", is: ["false"] } },
    ],
    own: { "bgp-port": { listens: "port", address: "node" }, "gobgp-admin-port": { listens: "port" } },
  },
  {
    images: ["amazon-k8s-cni"],
    source: "aws/amazon-vpc-cni-k8s b52188387f2e, cmd/aws-k8s-agent/main.go, pkg/ipamd/introspect.go",
    defaults: [
      { port: 61_678, off: isTrue("disable-metrics") },
      {
        port: 61_679,
        address: loopback(),
        unless: ["introspection-bind-address"],
        off: isTrue("disable-introspection"),
      },
    ],
  },
  {
    images: ["amazon/aws-network-policy-agent", "aws-network-policy-agent"],
    source: "aws/aws-network-policy-agent c8619c056b4c, pkg/config/runtime_config.go",
    defaults: [
      { port: 8162, unless: ["metrics-bind-addr"] },
      { port: 8163, unless: ["health-probe-bind-addr"] },
    ],
  },
  {
    images: ["cephcsi/cephcsi"],
    word: "--type=liveness",
    source: "ceph/ceph-csi 52fcb7b00c3d, cmd/cephcsi.go",
    defaults: [{ port: 8080, address: "node", unless: ["metricsport"] }],
    own: { metricsport: { listens: "port", address: "node" } },
  },
  {
    images: ["antrea/antrea-agent-ubuntu", "antrea/antrea-agent-ubi", "antrea/antrea-ubuntu"],
    word: "antrea-agent",
    source: "antrea-io/antrea fc70f2bb7037, pkg/apis/ports.go",
    defaults: [
      { port: 10_350 },
      { port: 10_351, address: "node" },
      { port: 10_351, address: "node", transport: "udp" },
    ],
  },
  {
    images: ["antrea/antrea-controller-ubuntu", "antrea/antrea-controller-ubi", "antrea/antrea-ubuntu"],
    word: "antrea-controller",
    source: "antrea-io/antrea fc70f2bb7037, pkg/apis/ports.go",
    defaults: [{ port: 10_349 }],
  },
  ...(["start-cniserver.sh", "start-controller.sh", "start-ovn-monitor.sh"] as const).map((word, index): Program => {
    const file = ["pkg/daemon/config.go", "pkg/controller/config.go", "pkg/ovnmonitor/config.go"][index] ?? "";
    const flag = index === 2 ? "metrics-port" : "pprof-port";
    return {
      images: ["kubeovn/kube-ovn"],
      word,
      source: `kubeovn/kube-ovn 1533681d7a6b, ${file}`,
      defaults: [{ port: [10_665, 10_660, 10_661][index] ?? 0, unless: [flag] }],
    };
  }),
  {
    images: ["kubeovn/kube-ovn"],
    word: "start-db.sh",
    source: "kubeovn/kube-ovn 1533681d7a6b, dist/images/start-db.sh",
    defaults: [
      { port: 6641, unless: ["nb-port"] },
      { port: 6642, unless: ["sb-port"] },
      { port: 6643, unless: ["nb-cluster-port"] },
      { port: 6644, unless: ["sb-cluster-port"] },
    ],
    own: {
      "nb-port": { listens: "port" },
      "sb-port": { listens: "port" },
      "nb-cluster-port": { listens: "port" },
      "sb-cluster-port": { listens: "port" },
    },
  },
  {
    images: ["cilium/cilium"],
    word: "cilium-agent",
    source: "cilium/cilium 00c88111b78b, Documentation/operations/system_requirements.rst",
    defaults: [
      { port: 4240, address: "node" },
      { port: 9879, address: loopback(), unless: ["agent-health-port"] },
      { port: 9890, address: loopback(), unless: ["gops-port"] },
    ],
  },
  {
    images: ["cilium/operator", "cilium/operator-generic", "cilium/operator-aws", "cilium/operator-azure"],
    source: "cilium/cilium 00c88111b78b, Documentation/operations/system_requirements.rst",
    defaults: [
      { port: 9234, address: loopback(), unless: ["operator-api-serve-addr"] },
      { port: 9891, address: loopback(), unless: ["gops-port"] },
    ],
  },
  {
    images: ["cilium/cilium-envoy"],
    source: "cilium/cilium 00c88111b78b, Documentation/operations/system_requirements.rst",
    defaults: [{ port: 9878, address: loopback() }],
  },
  {
    images: ["dns/k8s-dns-node-cache", "k8s-dns-node-cache"],
    source: "kubernetes/dns 9aa70b8f97dc, cmd/node-cache/main.go",
    defaults: [
      { port: 9353, unless: ["metrics-listen-address"] },
      { port: 8080, unless: ["health-port"] },
    ],
    own: { localip: { listens: null } },
  },
  ...(
    [
      ["kube-apiserver", 6443],
      ["kube-controller-manager", 10_257],
      ["kube-scheduler", 10_259],
      ["*-cloud-controller-manager", 10_258],
      ["cloud-controller-manager", 10_258],
    ] as const
  ).map(([image, port]): Program => {
    const source =
      port === 10_258
        ? "k8s.io/cloud-provider v0.36.3, ports.go"
        : "kubernetes v1.36.3, pkg/cluster/ports/ports.go, cmd/kube-apiserver/app/options";
    return { images: [image], source, defaults: [{ port, unless: ["secure-port"], addressBy: "bind-address" }] };
  }),
  {
    images: ["kube-proxy"],
    source: "kubernetes v1.36.3, pkg/cluster/ports/ports.go",
    defaults: [
      { port: 10_249, address: loopback(), unless: ["metrics-bind-address"] },
      { port: 10_256, unless: ["healthz-bind-address"] },
    ],
  },
];

function loopback(): string {
  return "127.0.0.1";
}

function isTrue(name: string): { readonly name: string; readonly is: readonly string[] } {
  return { name, is: ["true", "1", "yes"] };
}

function typha(): Pick<Program, "defaults" | "own"> {
  const defaults: readonly DefaultPort[] = [
    { port: 5473, unless: ["typha-serverport"] },
    { port: 9098, address: loopback(), unless: ["typha-healthport"], only: isTrue("typha-healthenabled") },
    { port: 9093, unless: ["typha-prometheusmetricsport"], only: isTrue("typha-prometheusmetricsenabled") },
  ];
  return {
    defaults,
    own: {
      "typha-serverport": { listens: "port" },
      "typha-healthport": { listens: "port" },
      "typha-prometheusmetricsport": { listens: "port" },
    },
  };
}
