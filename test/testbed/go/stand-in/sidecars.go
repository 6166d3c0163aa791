package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// serveProbe does what kubernetes-csi/livenessprobe does (cmd/livenessprobe/main.go): it waits for the driver, then
// answers /healthz. A port that is taken ends it, with code 0.
func serveProbe(options map[string]string) error {
	address := options["csi-address"]
	if _, err := driverName(address); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", options["http-endpoint"])
	if err != nil {
		fmt.Println("failed to start http server", err)
		os.Exit(0)
	}
	return http.Serve(listener, http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		if _, err := driverName(address); err != nil {
			http.Error(answer, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprint(answer, "ok")
	}))
}

// registrar does what kubernetes-csi/node-driver-registrar does (cmd/csi-node-driver-registrar/node_register.go): it
// asks the driver for its name, and tells the kubelet's plugin watcher where the driver is. A health port that is
// taken ends it with code 1, after the registration socket is there.
type registrar struct {
	registration.UnimplementedRegistrationServer
	options map[string]string
	driver  string
}

func (r *registrar) serve() error {
	name, err := driverName(r.options["csi-address"])
	if err != nil {
		return err
	}
	r.driver = name
	listener, err := listenAnew(r.socket())
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	if endpoint := r.options["http-endpoint"]; endpoint != "" {
		go func() {
			failed <- http.ListenAndServe(endpoint, http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(answer, "ok")
			}))
		}()
	}
	server := grpc.NewServer()
	registration.RegisterRegistrationServer(server, r)
	go func() { failed <- server.Serve(listener) }()
	return <-failed
}

func (r *registrar) socket() string {
	return filepath.Join("/registration", r.driver+"-reg.sock")
}

func (r *registrar) removeSocket() {
	if r.driver != "" {
		_ = os.Remove(r.socket())
	}
}

func (r *registrar) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type:              registration.CSIPlugin,
		Name:              r.driver,
		Endpoint:          r.options["kubelet-registration-path"],
		SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (r *registrar) NotifyRegistrationStatus(_ context.Context, status *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	fmt.Println("registered:", status.PluginRegistered, status.Error)
	if !status.PluginRegistered {
		os.Exit(1)
	}
	return &registration.RegistrationStatusResponse{}, nil
}

// driverName waits for the driver behind a socket and asks it for its name.
func driverName(address string) (string, error) {
	connection, err := grpc.NewClient("unix://"+strings.TrimPrefix(address, "unix://"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return "", err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	info, err := csi.NewIdentityClient(connection).GetPluginInfo(ctx, &csi.GetPluginInfoRequest{}, grpc.WaitForReady(true))
	if err != nil {
		return "", err
	}
	return info.Name, nil
}
