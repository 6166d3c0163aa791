// Admits the pods of a node as a kubelet does that is started, and prints which it
// would not take: the reference that src/scheduling/readmission.ts is compared with.
//
// Standard input holds a JSON value for each node, {"node", "pods"}: objects as the
// kubelet has them. Standard output has one line for each, {"rejected", "ended"}: the
// names of pods that are not taken, each with the kubelet's word for it, and of pods
// that are ended so that a critical one may have their room.
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
	"sort"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/record"
	"k8s.io/kubernetes/pkg/kubelet/allocation"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
	"k8s.io/kubernetes/pkg/kubelet/preemption"
	kubetypes "k8s.io/kubernetes/pkg/kubelet/types"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// Set by build.sh, so that a binary of other sources is not used again.
var source string

type question struct {
	Node *v1.Node  `json:"node"`
	Pods []*v1.Pod `json:"pods"`
}

type answer struct {
	Rejected map[string]string `json:"rejected"`
	Ended    []string          `json:"ended"`
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "version" {
		fmt.Printf("%s %s\n", version(), source)
		return
	}
	if err := answerAll(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kubelet-oracle:", err)
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
		if err := encoder.Encode(admitAll(q)); err != nil {
			return err
		}
	}
}

// admitAll is HandlePodAdditions and AddPod (pkg/kubelet/kubelet.go, pkg/kubelet/allocation), which
// cannot be had without a kubelet, around the kubelet's own handlers.
func admitAll(q question) answer {
	result := answer{Rejected: map[string]string{}, Ended: []string{}}
	var active []*v1.Pod
	var manager allocation.Manager
	allocated := func() []*v1.Pod {
		pods := make([]*v1.Pod, len(active))
		for i, pod := range active {
			pods[i], _ = manager.UpdatePodFromAllocation(pod)
		}
		return pods
	}
	manager = allocation.NewInMemoryManager(nil, nil,
		func() []*v1.Pod { return active },
		func(types.UID) (*v1.Pod, bool) { return nil, false },
		nil, nil)
	cached := q.Node.DeepCopy()
	node := func(_ context.Context, useCache bool) (*v1.Node, error) {
		if useCache {
			return cached, nil
		}
		return q.Node.DeepCopy(), nil
	}
	end := func(pod *v1.Pod, _ bool, _ *int64, _ func(*v1.PodStatus)) error {
		result.Ended = append(result.Ended, nameOf(pod))
		active = slices.DeleteFunc(active, func(other *v1.Pod) bool { return other.UID == pod.UID })
		return nil
	}
	critical := preemption.NewCriticalPodAdmissionHandler(allocated, end, record.NewFakeRecorder(1000))
	devices := func(*framework.NodeInfo, *lifecycle.PodAdmitAttributes) error { return nil }
	manager.AddPodAdmitHandlers(lifecycle.PodAdmitHandlers{lifecycle.NewPredicateAdmitHandler(node, critical, devices)})
	for _, pod := range inOrder(q.Pods) {
		if given := givenBefore(pod); given != nil {
			if err := manager.SetAllocatedResources(given); err != nil {
				panic(err)
			}
		}
		active = append(active, pod)
		if ok, reason, _ := manager.AddPod(slices.Clone(active), pod); !ok {
			result.Rejected[nameOf(pod)] = reason
			active = slices.DeleteFunc(active, func(other *v1.Pod) bool { return other.UID == pod.UID })
		}
	}
	sort.Strings(result.Ended)
	return result
}

// inOrder has static pods first, since their source is read first; then sliceutils.PodsByCreationTime.
func inOrder(pods []*v1.Pod) []*v1.Pod {
	pods = slices.DeleteFunc(pods, func(pod *v1.Pod) bool {
		return pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed
	})
	sort.SliceStable(pods, func(i, j int) bool {
		if one, other := kubetypes.IsStaticPod(pods[i]), kubetypes.IsStaticPod(pods[j]); one != other {
			return one
		}
		return pods[i].CreationTimestamp.Before(&pods[j].CreationTimestamp)
	})
	return pods
}

// givenBefore is a pod with what a kubelet has in its checkpoint, which it copies into the status
// (pkg/kubelet/kubelet_pods.go). Nil: it has given the pod nothing yet.
func givenBefore(pod *v1.Pod) *v1.Pod {
	statuses := map[string]v1.ContainerStatus{}
	for _, status := range append(slices.Clone(pod.Status.InitContainerStatuses), pod.Status.ContainerStatuses...) {
		statuses[status.Name] = status
	}
	given := pod.DeepCopy()
	told := false
	set := func(containers []v1.Container) {
		for i := range containers {
			if status, found := statuses[containers[i].Name]; found && status.AllocatedResources != nil {
				containers[i].Resources.Requests = status.AllocatedResources
				told = true
			}
		}
	}
	set(given.Spec.InitContainers)
	set(given.Spec.Containers)
	if own := given.Spec.Resources; own != nil && pod.Status.AllocatedResources != nil {
		for name := range own.Requests {
			if total, found := pod.Status.AllocatedResources[name]; found {
				if overhead, found := pod.Spec.Overhead[name]; found {
					total.Sub(overhead)
				}
				own.Requests[name] = total
				told = true
			}
		}
	}
	if !told {
		return nil
	}
	return given
}

func nameOf(pod *v1.Pod) string { return pod.Namespace + "/" + pod.Name }
