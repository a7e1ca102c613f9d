package cmd

import (
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// layers says which packages of this program a package may import, and why:
// the way of the data is one-way, so that each part can be read on its own.
var layers = map[string]struct {
	may []string
	why string
}{
	"mapping/value":      {nil, "values know nothing of the program"},
	"mapping/diag":       {nil, "positions and diagnostics know nothing of the program"},
	"mapping/gong":       {nil, "Gong's model knows nothing of the program"},
	"mapping/ids":        {nil, "ids are hashes of texts"},
	"mapping/lazy":       {nil, "what is made late knows nothing of the program"},
	"mapping/limit":      {nil, "limits are numbers"},
	"mapping/inorder":    {nil, "blocks are anything"},
	"mapping/recent":     {nil, "what came last is a matter of texts alone"},
	"mapping/syntax":     {[]string{"mapping/diag", "mapping/lazy"}, "a YAML tree knows places, not mappings"},
	"mapping/funcs":      {[]string{"mapping/value"}, "functions work on values alone"},
	"mapping/fit":        {[]string{"mapping/value", "mapping/gong"}, "fitting joins values and Gong's fields"},
	"mapping/finding":    {[]string{"mapping/gong", "mapping/diag"}, "findings are about entities"},
	"mapping/expression": {[]string{"mapping/value", "mapping/funcs", "mapping/diag"}, "expressions know columns, not mappings"},
	"mapping":            {[]string{"mapping/"}, "the language does not know who runs it"},
	"mapping/starter":    {[]string{"mapping", "mapping/"}, "a starter mapping is text of the language"},
	"transform/source":   {[]string{"mapping/value", "mapping/diag", "mapping/inorder"}, "sources know rows, not mappings"},
	"transform/lookup":   {[]string{"mapping", "mapping/"}, "tables are what the mapping declares"},
	"transform":          {[]string{"mapping", "mapping/", "transform/"}, "transform knows no rules and no upload"},
	"transform/":         {[]string{"mapping", "mapping/", "transform", "transform/"}, "transform knows no rules and no upload"},
	"validate":           {[]string{"mapping", "mapping/", "validate/"}, "rules judge entities of anyone"},
	"validate/":          {[]string{"mapping", "mapping/", "validate", "validate/"}, "rules judge entities of anyone"},
	"upload":             {[]string{"mapping/", "upload/"}, "an upload knows files and ids, not mappings"},
	"upload/":            {[]string{"mapping/", "upload", "upload/"}, "an upload knows files and ids, not mappings"},
	"cmd":                {[]string{"mapping", "mapping/", "transform", "transform/", "validate", "validate/", "upload", "upload/", "cmd/"}, "the program joins all parts"},
	"cmd/":               {[]string{"mapping", "mapping/", "transform", "transform/mappingtest", "transform/trace", "validate", "validate/", "upload", "cmd"}, "wording knows results, not how they came about"},
	"examples":           {[]string{"cmd"}, "examples run the program"},
	"examples/":          {[]string{"cmd"}, "examples run the program"},
}

func layerOf(pkg string) (string, bool) {
	if _, ok := layers[pkg]; ok {
		return pkg, true
	}
	for p := pkg; ; {
		i := strings.LastIndexByte(p, '/')
		if i < 0 {
			return "", false
		}
		p = p[:i]
		if _, ok := layers[p+"/"]; ok {
			return p + "/", true
		}
	}
}

func TestImportDirection(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "crm2gong/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		name := strings.TrimPrefix(p.ImportPath, "crm2gong/")
		layer, ok := layerOf(name)
		if !ok {
			t.Errorf("package %s has no place in the picture: add it to layers", name)
			continue
		}
		for _, imp := range p.Imports {
			target, ours := strings.CutPrefix(imp, "crm2gong/")
			if ours && !allowed(layers[layer].may, target) {
				t.Errorf("%s must not import %s: %s", name, target, layers[layer].why)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d packages were looked at", seen)
	}
}

func allowed(may []string, target string) bool {
	for _, m := range may {
		if m == target || strings.HasSuffix(m, "/") && strings.HasPrefix(target, m) {
			return true
		}
	}
	return false
}
