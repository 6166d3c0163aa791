// Asks the real scheduler's own plugins about a pod that is to be placed: the reference that
// src/scheduling/choose.ts is compared with.
//
// Standard input holds a JSON value for each case, {"pod", "nodes", "pods", ...}: objects as the API server has
// them, and "configuration", the scheduler's. Standard output has one line for each: by node, the plugin that rejects
// the pod there, or the weighted score of each plugin that scores it; or the error that the plugins give.
//
// `bench COUNT` takes one case, places COUNT copies of its pod one after another, and answers where they went and how
// long each took.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/scheme"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/validation"
	schedulercache "k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/names"
	fruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
)

// Set by build.sh, so that a binary of other sources is not used again.
var source string

type question struct {
	Pod          *v1.Pod                     `json:"pod"`
	Nodes        []*v1.Node                  `json:"nodes"`
	Pods         []*v1.Pod                   `json:"pods"`
	Namespaces   []*v1.Namespace             `json:"namespaces"`
	Services     []*v1.Service               `json:"services"`
	ReplicaSets  []*appsv1.ReplicaSet        `json:"replicaSets"`
	StatefulSets []*appsv1.StatefulSet       `json:"statefulSets"`
	Controllers  []*v1.ReplicationController `json:"replicationControllers"`
	// The scheduler's configuration file; none is its default.
	Configuration json.RawMessage `json:"configuration"`
}

// verdict of a node: who rejects the pod there and in its words, or what it scores.
type verdict struct {
	RejectedBy string           `json:"rejectedBy,omitempty"`
	Why        string           `json:"why,omitempty"`
	Scores     map[string]int64 `json:"scores,omitempty"`
}

// answer: by node; or why the scheduler would not place such a pod, over and over again.
type answer struct {
	Nodes map[string]verdict `json:"nodes"`
	Error string             `json:"error,omitempty"`
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "version" {
		fmt.Printf("%s %s\n", version(), source)
		return
	}
	klog.SetLogger(klog.Logger{})
	metrics.Register()
	work := answerAll
	if len(os.Args) > 1 && os.Args[1] == "bench" {
		work = placeMany
	}
	if err := work(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "scheduler-oracle:", err)
		os.Exit(1)
	}
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dep := range info.Deps {
		if dep.Path == "k8s.io/kubernetes" {
			return dep.Version
		}
	}
	return "unknown"
}

func answerAll(in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(bufio.NewReader(in))
	writer := bufio.NewWriter(out)
	defer writer.Flush()
	encoder := json.NewEncoder(writer)
	for {
		var q question
		if err := decoder.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		profile, err := profileOf(q.Configuration)
		if err != nil {
			return err
		}
		nodes, err := place(profile, q)
		if err := encoder.Encode(answer{Nodes: nodes, Error: text(err)}); err != nil {
			return err
		}
	}
}

// profileOf reads a configuration as the scheduler does (cmd/kube-scheduler/app/options/configfile.go), and takes claims of
// devices out, which need their objects.
func profileOf(written json.RawMessage) (*config.KubeSchedulerProfile, error) {
	cfg, err := latest.Default()
	if err != nil {
		return nil, err
	}
	if len(written) > 0 {
		object, _, err := scheme.Codecs.UniversalDecoder().Decode(written, nil, nil)
		if err != nil {
			return nil, err
		}
		cfg = object.(*config.KubeSchedulerConfiguration)
		if err := validation.ValidateKubeSchedulerConfiguration(cfg); err != nil {
			return nil, err
		}
	}
	profile := &cfg.Profiles[0]
	profile.Plugins.MultiPoint.Enabled = slices.DeleteFunc(profile.Plugins.MultiPoint.Enabled, func(plugin config.Plugin) bool {
		return plugin.Name == names.DynamicResources
	})
	return profile, nil
}

// place is schedulePod without its choice (pkg/scheduler/schedule_one.go): all nodes are looked at.
func place(profile *config.KubeSchedulerProfile, q question) (map[string]verdict, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	snapshot := schedulercache.NewSnapshot(onNodes(q.Pods, q.Nodes), q.Nodes)
	scheduler, err := newFramework(ctx, profile, snapshot, q, fruntime.WithParallelism(1))
	if err != nil {
		return nil, err
	}
	nodes, err := snapshot.NodeInfos().List()
	if err != nil {
		return nil, err
	}
	state := framework.NewCycleState()
	result := map[string]verdict{}
	narrowed, status, _ := scheduler.RunPreFilterPlugins(ctx, state, q.Pod)
	if !status.IsSuccess() {
		for _, node := range nodes {
			result[node.Node().Name] = verdict{RejectedBy: status.Plugin(), Why: status.Message()}
		}
		return result, nil
	}
	var fitting []fwk.NodeInfo
	for _, node := range nodes {
		name := node.Node().Name
		if !narrowed.AllNodes() && !narrowed.NodeNames.Has(name) {
			// The only one that narrows them down.
			result[name] = verdict{RejectedBy: names.NodeAffinity, Why: "narrowed down"}
			continue
		}
		status := scheduler.RunFilterPlugins(ctx, state, q.Pod, node)
		if status.IsSuccess() {
			fitting = append(fitting, node)
		} else {
			result[name] = verdict{RejectedBy: status.Plugin(), Why: status.Message()}
		}
	}
	if len(fitting) == 0 {
		return result, nil
	}
	if status := scheduler.RunPreScorePlugins(ctx, state, q.Pod, fitting); !status.IsSuccess() {
		return nil, status.AsError()
	}
	scored, status := scheduler.RunScorePlugins(ctx, state, q.Pod, fitting)
	if !status.IsSuccess() {
		return nil, status.AsError()
	}
	for _, node := range scored {
		scores := map[string]int64{}
		for _, score := range node.Scores {
			scores[score.Name] = score.Score
		}
		result[node.Name] = verdict{Scores: scores}
	}
	return result, nil
}

// onNodes leaves pods of nodes out that are not there, as a scheduler's own snapshot does (backend/cache/cache.go).
func onNodes(pods []*v1.Pod, nodes []*v1.Node) []*v1.Pod {
	return slices.DeleteFunc(slices.Clone(pods), func(pod *v1.Pod) bool {
		return !slices.ContainsFunc(nodes, func(node *v1.Node) bool { return node.Name == pod.Spec.NodeName })
	})
}

func newFramework(ctx context.Context, profile *config.KubeSchedulerProfile, snapshot *schedulercache.Snapshot, q question, options ...fruntime.Option) (framework.Framework, error) {
	client := fake.NewClientset()
	factory := informers.NewSharedInformerFactory(client, 0)
	options = append(options,
		fruntime.WithClientSet(client),
		fruntime.WithInformerFactory(factory),
		fruntime.WithSnapshotSharedLister(snapshot),
	)
	scheduler, err := fruntime.NewFramework(ctx, plugins.NewInTreeRegistry(), profile, options...)
	if err != nil {
		return nil, err
	}
	// What the informers would have been told.
	fill(factory.Core().V1().Namespaces().Informer(), q.Namespaces)
	fill(factory.Core().V1().Services().Informer(), q.Services)
	fill(factory.Core().V1().ReplicationControllers().Informer(), q.Controllers)
	fill(factory.Apps().V1().ReplicaSets().Informer(), q.ReplicaSets)
	fill(factory.Apps().V1().StatefulSets().Informer(), q.StatefulSets)
	return scheduler, nil
}

func fill[T any](informer cache.SharedIndexInformer, objects []T) {
	for _, object := range objects {
		if err := informer.GetIndexer().Add(object); err != nil {
			panic(err)
		}
	}
}
