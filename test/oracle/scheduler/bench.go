package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	schedulercache "k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/parallelize"
	fruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
)

// benchmark: to which node each copy went (empty: to none), and how long it took in nanoseconds.
type benchmark struct {
	Nodes []string `json:"nodes"`
	Took  []int64  `json:"took"`
	// Of the processor for all of them, on all cores.
	CPU int64 `json:"cpu"`
}

// placeMany does what schedulingCycle does for each copy (pkg/scheduler/schedule_one.go), with the scheduler's own cache and
// as many of its workers as it has by default: it brings the snapshot up to date, filters, scores, chooses and assumes. All nodes are
// looked at. Of equals the first by name is chosen.
func placeMany(in io.Reader, out io.Writer) error {
	if len(os.Args) < 3 {
		return fmt.Errorf("bench: of how many?")
	}
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		return err
	}
	var q question
	if err := json.NewDecoder(in).Decode(&q); err != nil {
		return err
	}
	profile, err := profileOf(q.Configuration)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	logger := klog.Logger{}
	cache := schedulercache.New(ctx, nil, false)
	for _, node := range q.Nodes {
		cache.AddNode(logger, node)
	}
	for _, pod := range onNodes(q.Pods, q.Nodes) {
		if err := cache.AddPod(logger, pod); err != nil {
			return err
		}
	}
	snapshot := schedulercache.NewEmptySnapshot()
	if err := cache.UpdateSnapshot(logger, snapshot); err != nil {
		return err
	}
	scheduler, err := newFramework(ctx, profile, snapshot, q, fruntime.WithParallelism(parallelize.DefaultParallelism))
	if err != nil {
		return err
	}
	var result benchmark
	before := processorTime()
	for number := range count {
		pod := q.Pod.DeepCopy()
		pod.Name = fmt.Sprintf("%s-%d", pod.Name, number)
		pod.UID = types.UID(pod.Name)
		start := time.Now()
		if err := cache.UpdateSnapshot(logger, snapshot); err != nil {
			return err
		}
		chosen, err := choose(ctx, scheduler, snapshot, pod)
		if err != nil {
			return err
		}
		if chosen != "" {
			pod.Spec.NodeName = chosen
			if err := cache.AssumePod(logger, pod); err != nil {
				return err
			}
		}
		result.Took = append(result.Took, time.Since(start).Nanoseconds())
		result.Nodes = append(result.Nodes, chosen)
	}
	result.CPU = processorTime() - before
	return json.NewEncoder(out).Encode(result)
}

func processorTime() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func choose(ctx context.Context, scheduler framework.Framework, snapshot *schedulercache.Snapshot, pod *v1.Pod) (string, error) {
	state := framework.NewCycleState()
	all, err := snapshot.NodeInfos().List()
	if err != nil {
		return "", err
	}
	narrowed, status, _ := scheduler.RunPreFilterPlugins(ctx, state, pod)
	if status.IsRejected() {
		return "", nil
	}
	if !status.IsSuccess() {
		return "", status.AsError()
	}
	var lock sync.Mutex
	var fitting []fwk.NodeInfo
	scheduler.Parallelizer().Until(ctx, len(all), func(at int) {
		node := all[at]
		if !narrowed.AllNodes() && !narrowed.NodeNames.Has(node.Node().Name) {
			return
		}
		if scheduler.RunFilterPlugins(ctx, state, pod, node).IsSuccess() {
			lock.Lock()
			fitting = append(fitting, node)
			lock.Unlock()
		}
	}, metrics.Filter)
	if len(fitting) == 0 {
		return "", nil
	}
	if len(fitting) == 1 {
		return fitting[0].Node().Name, nil
	}
	if status := scheduler.RunPreScorePlugins(ctx, state, pod, fitting); !status.IsSuccess() {
		return "", status.AsError()
	}
	scored, status := scheduler.RunScorePlugins(ctx, state, pod, fitting)
	if !status.IsSuccess() {
		return "", status.AsError()
	}
	return slices.MinFunc(scored, func(one, other fwk.NodePluginScores) int {
		if one.TotalScore != other.TotalScore {
			return int(other.TotalScore - one.TotalScore)
		}
		if one.Name < other.Name {
			return -1
		}
		return 1
	}).Name, nil
}
